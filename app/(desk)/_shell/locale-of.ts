const FALLBACK = "en-GB";
const MOST_LANGUAGES = 10;

/** The first language of an Accept-Language header that this runtime writes numbers and dates in. */
export function localeOf(acceptLanguage: string | null): string {
  const wanted = (acceptLanguage ?? "").split(",", MOST_LANGUAGES).map((part) => part.split(";")[0]?.trim() ?? "");
  return wanted.find((tag) => tag !== "" && tag !== "*" && isSupported(tag)) ?? FALLBACK;
}

function isSupported(tag: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(tag).length > 0;
  } catch {
    return false; // Not a language tag at all.
  }
}
