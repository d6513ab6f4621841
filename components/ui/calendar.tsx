"use client";

import { DayPicker } from "@daypicker/react";
import { useMemo } from "react";
import { dateWords } from "@/lib/calendar-date";
import { useLocale } from "@/lib/client/locale";

export interface CalendarProps {
  /** YYYY-MM-DD. */
  value: string | undefined;
  today: string;
  onPick: (date: string) => void;
}

/** A month to pick a day from: arrows by days and weeks, Page keys by months, with Shift by years; Enter picks. */
export function Calendar({ value, today, onPick }: CalendarProps) {
  const { locale } = useLocale();
  const weekStartsOn = useMemo(() => firstWeekday(locale), [locale]);
  const shown = localDay(value ?? today);
  return (
    <DayPicker
      // Another month is shown when another day has been written.
      key={value?.slice(0, 7) ?? "none"}
      mode="single"
      required
      selected={value === undefined ? undefined : shown}
      defaultMonth={shown}
      today={localDay(today)}
      onSelect={(day) => onPick(dateOf(day))}
      weekStartsOn={weekStartsOn}
      fixedWeeks
      showOutsideDays
      formatters={{
        formatCaption: (month) => dateWords(dateOf(month), locale, { month: "long", year: "numeric" }),
        formatWeekdayName: (day) => dateWords(dateOf(day), locale, { weekday: "short" }).slice(0, 2),
        formatDay: (day) => String(day.getDate()),
      }}
      labels={{
        labelGrid: (month) => dateWords(dateOf(month), locale, { month: "long", year: "numeric" }),
        labelWeekday: (day) => dateWords(dateOf(day), locale, { weekday: "long" }),
        labelDayButton: (day, { today: isToday, selected }) =>
          `${isToday ? "Today, " : ""}${dateWords(dateOf(day), locale, { dateStyle: "full" })}${selected ? ", chosen" : ""}`,
      }}
      classNames={{
        root: "w-fit select-none",
        months: "relative",
        month_caption: "flex h-7 items-center px-2 text-sm font-medium pointer-coarse:h-10",
        nav: "absolute top-0 right-0 flex gap-0.5",
        button_previous: ARROW,
        button_next: ARROW,
        chevron: "size-4 fill-current",
        month_grid: "mt-1 border-collapse",
        weekday: "h-7 w-8 text-xs font-normal text-muted pointer-coarse:w-10",
        day: "p-0 text-center",
        day_button: "size-8 rounded-md text-sm tabular-nums hover:bg-hover dark:hover:bg-line pointer-coarse:size-10",
        today: "[&>button]:font-semibold [&>button]:text-accent-text",
        outside: "[&>button]:text-muted",
        selected: "[&>button]:bg-accent [&>button]:text-on-accent [&>button:hover]:bg-accent-hover",
      }}
    />
  );
}

const ARROW =
  "flex size-7 items-center justify-center rounded-md text-muted hover:bg-hover dark:hover:bg-line pointer-coarse:size-10";

// The library takes dates for days of the browser's own time zone, whichever that is.
function localDay(date: string): Date {
  const [year, month, day] = date.split("-").map(Number);
  return new Date(year ?? 0, (month ?? 1) - 1, day);
}

function dateOf(day: Date): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${String(day.getFullYear()).padStart(4, "0")}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

type Weekday = 0 | 1 | 2 | 3 | 4 | 5 | 6;

/** 0 is Sunday. Monday where a browser does not know. */
function firstWeekday(locale: string): Weekday {
  const { weekInfo, getWeekInfo } = new Intl.Locale(locale) as {
    weekInfo?: { firstDay: number };
    getWeekInfo?: () => { firstDay: number };
  };
  const info = getWeekInfo?.call(new Intl.Locale(locale)) ?? weekInfo;
  return ((info?.firstDay ?? 1) % 7) as Weekday;
}
