"use client";

import { useMemo } from "react";
import { useNow } from "@/lib/client/clock";
import { useLocale, useNumberWords } from "@/lib/client/locale";
import { Tooltip } from "./tooltip";

const STEPS: readonly { unit: Intl.RelativeTimeFormatUnit; seconds: number }[] = [
  { unit: "year", seconds: 31_557_600 },
  { unit: "month", seconds: 2_629_800 },
  { unit: "week", seconds: 604_800 },
  { unit: "day", seconds: 86_400 },
  { unit: "hour", seconds: 3_600 },
  { unit: "minute", seconds: 60 },
];

/** Words of the page, and so in its language; figures and dates are in the person's. */
const format = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "narrow" });

function relative(seconds: number): string {
  for (const { unit, seconds: size } of STEPS) {
    if (Math.abs(seconds) >= size) return format.format(-Math.round(seconds / size), unit);
  }
  return format.format(0, "second");
}

/** How long ago an instant (ISO 8601) was, ticking; the exact time in the person's zone on hover. */
export function TimeAgo({ at, className }: { at: string; className?: string }) {
  const now = useNow();
  const exact = useExactTime(at);
  return (
    <Tooltip content={exact}>
      <time dateTime={at} className={className} suppressHydrationWarning>
        {relative((now - Date.parse(at)) / 1_000)}
      </time>
    </Tooltip>
  );
}

function useExactTime(at: string): string {
  const { locale, timeZone } = useLocale();
  return useMemo(
    () => new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "long", timeZone }).format(new Date(at)),
    [at, locale, timeZone],
  );
}

export type DateStyle = "date" | "time" | "both";

/** An instant as a date, a time or both, in the person's language and zone. */
export function DateTime({ at, show = "both", className }: { at: string; show?: DateStyle; className?: string }) {
  const { locale, timeZone } = useLocale();
  const words = useMemo(() => {
    const parts: Intl.DateTimeFormatOptions = {
      ...(show !== "time" && { dateStyle: "medium" as const }),
      ...(show !== "date" && { timeStyle: "short" as const }),
    };
    return new Intl.DateTimeFormat(locale, { ...parts, timeZone }).format(new Date(at));
  }, [at, show, locale, timeZone]);
  return (
    <time dateTime={at} className={className} suppressHydrationWarning>
      {words}
    </time>
  );
}

/** An instant of these weeks, as people say it: weekday, day and time, without the year. */
export function ShortDateTime({ at, className }: { at: string; className?: string }) {
  const { locale, timeZone } = useLocale();
  const words = useMemo(() => {
    const parts = { weekday: "short", day: "numeric", month: "short", hour: "numeric", minute: "2-digit" } as const;
    return new Intl.DateTimeFormat(locale, { ...parts, timeZone }).format(new Date(at));
  }, [at, locale, timeZone]);
  return (
    <time dateTime={at} className={className} suppressHydrationWarning>
      {words}
    </time>
  );
}

/** Whole seconds as m:ss, or h:mm:ss from an hour on. */
export function clockText(totalSeconds: number): string {
  const whole = Math.max(0, Math.floor(totalSeconds));
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3_600);
  const minutes = Math.floor((whole % 3_600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** The time since an instant, or until it when `until` is given instead; ticks every second. */
export function Duration({ since, until, className }: { since?: string; until?: string; className?: string }) {
  const now = useNow();
  const seconds = since !== undefined ? (now - Date.parse(since)) / 1_000 : (Date.parse(until ?? "") - now) / 1_000;
  return <FixedDuration seconds={seconds} {...(className !== undefined && { className })} />;
}

/** A length of time that stands still. */
export function FixedDuration({ seconds, className }: { seconds: number; className?: string }) {
  const whole = Math.max(0, Math.floor(seconds));
  return (
    <time dateTime={`PT${whole}S`} className={className} suppressHydrationWarning>
      {clockText(whole)}
    </time>
  );
}

/** A number as the person's language writes it. */
export function NumberText({ value, digits = 0 }: { value: number; digits?: number }) {
  const figure = useNumberWords();
  return <>{figure(value, digits)}</>;
}
