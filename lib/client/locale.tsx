"use client";

import { createContext, use, useMemo, type ReactNode } from "react";
import { type NumberWords, numberWords } from "@/lib/number-words";

export interface Locale {
  /** BCP 47, such as en-GB. */
  locale: string;
  /** IANA, such as Europe/Berlin. */
  timeZone: string;
}

const LocaleContext = createContext<Locale>({ locale: "en", timeZone: "UTC" });

/** Tells everything below in which language and time zone numbers and dates are written. */
export function LocaleProvider({ locale, timeZone, children }: Locale & { children: ReactNode }) {
  const value = useMemo(() => ({ locale, timeZone }), [locale, timeZone]);
  return <LocaleContext value={value}>{children}</LocaleContext>;
}

export function useLocale(): Locale {
  return use(LocaleContext);
}

/** Writes numbers in texts as the person's language does; what stands alone on a page is a NumberText. */
export function useNumberWords(): NumberWords {
  const { locale } = useLocale();
  return useMemo(() => numberWords(locale), [locale]);
}
