/** A number as one language writes it, with at most so many decimals: none unless it says so. */
export type NumberWords = (value: number, digits?: number) => string;

/** Writes numbers in the language of a locale (BCP 47): 1,234 in en, 1.234 in de. */
export function numberWords(locale: string): NumberWords {
  // Making a format costs far more than using it.
  const formats = new Map<number, Intl.NumberFormat>();
  return (value, digits = 0) => {
    const format = formats.get(digits) ?? new Intl.NumberFormat(locale, { maximumFractionDigits: digits });
    formats.set(digits, format);
    return format.format(value);
  };
}
