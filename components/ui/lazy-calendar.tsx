"use client";

import { lazy, Suspense } from "react";
import type { CalendarProps } from "./calendar";

const Loaded = lazy(async () => ({ default: (await import("./calendar")).Calendar }));

/** A Calendar that is fetched when one is first opened; its place is kept. */
export function LazyCalendar(props: CalendarProps) {
  return (
    <div data-calendar className="min-h-64 min-w-56 pointer-coarse:min-h-78 pointer-coarse:min-w-70">
      <Suspense>
        <Loaded {...props} />
      </Suspense>
    </div>
  );
}

/** Brings the focus from beside a calendar into it; false when there is none yet. */
export function enterCalendar(within: Element | null): boolean {
  const day = within?.querySelector<HTMLElement>("[data-calendar] td [tabindex='0']");
  day?.focus();
  return day != null;
}
