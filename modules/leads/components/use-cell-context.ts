"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useLocale } from "@/lib/client/locale";
import { useNow } from "@/lib/client/clock";
import type { CellContext } from "./lead-column";
import { dispositionsQuery } from "./lead-queries";
import { sentence } from "./lead-words";

/** Days and hours in cells need no finer clock, and every tick draws them all again. */
const TICK_MS = 60_000;

/** What all cells share: words, dates as the person writes them, and the time. */
export function useCellContext(href: CellContext["href"]): CellContext {
  const { data: dispositions } = useQuery(dispositionsQuery);
  const { locale, timeZone } = useLocale();
  const now = Math.floor(useNow() / TICK_MS) * TICK_MS;
  return useMemo(() => {
    const known = new Map(dispositions?.map((each) => [each.code, each]));
    const format = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone });
    // Midnight in UTC on both sides: a date has no time zone.
    const dates = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
    return {
      dispositionLabel: (code) => known.get(code)?.label ?? sentence(code),
      isOpen: (code) => known.get(code)?.is_open ?? true,
      instant: (at) => format.format(new Date(at)),
      date: (date) => dates.format(Date.parse(date)),
      href,
      now,
    };
  }, [dispositions, locale, timeZone, href, now]);
}
