"use client";

import { CalendarClock, Pencil } from "lucide-react";
import { useState } from "react";
import { cn } from "@/components/cn";
import { DatePanel } from "@/components/ui/date-panel";
import { Popover } from "@/components/ui/popover";
import { dateWords, daysBetween } from "@/lib/calendar-date";
import { useToday } from "@/lib/client/clock";
import { useLocale } from "@/lib/client/locale";
import { dateProblem } from "./cell-values";

/** How near a follow-up is: overdue, today, or how far ahead within a week; nothing beyond. */
export function dueWords(date: string, today: string): string | undefined {
  const days = daysBetween(today, date);
  if (days < -1) return `${-days} days overdue`;
  if (days < 0) return "1 day overdue";
  if (days < 2) return days === 0 ? "today" : "tomorrow";
  return days <= 7 ? `in ${days} days` : undefined;
}

/** Whether it is late, or due now. */
function dueTone(date: string, today: string): string {
  if (date > today) return "text-muted";
  return date < today ? "font-medium text-danger-text" : "font-medium text-caution-text";
}

/** A date as people say it: with its year only when that is another one. */
function shortDate(date: string, today: string, locale: string): string {
  const otherYear = date.slice(0, 4) !== today.slice(0, 4);
  return dateWords(date, locale, { day: "numeric", month: "short", ...(otherYear && { year: "numeric" as const }) });
}

/** A follow-up's date in the person's language, and how near it is. */
export function FollowUpText({ date }: { date: string }) {
  const { locale } = useLocale();
  const today = useToday();
  const due = dueWords(date, today);
  return (
    <span className="truncate" suppressHydrationWarning>
      {shortDate(date, today, locale)}
      {due !== undefined && <span className={dueTone(date, today)}> · {due}</span>}
    </span>
  );
}

export interface FollowUpFactProps {
  date: string | null;
  editable: boolean;
  onSave: (date: string | null) => void;
}

/** When to get in touch with a lead next, changed where it stands. */
export function FollowUpFact({ date, editable, onSave }: FollowUpFactProps) {
  const [open, setOpen] = useState(false);
  const shown =
    date === null ? <span className="text-muted">{editable ? "Add" : "—"}</span> : <FollowUpText date={date} />;
  if (!editable) return shown;
  return (
    <Popover
      label="Follow-up"
      align="end"
      open={open}
      onOpenChange={setOpen}
      className="w-auto"
      trigger={
        <button
          type="button"
          className="group/edit -mx-1.5 flex min-h-7 max-w-full min-w-0 items-center gap-1.5 rounded-md px-1.5 text-left hover:bg-hover dark:hover:bg-track"
        >
          <span className="sr-only">Follow-up: </span>
          {shown}
          <span className="sr-only">. Change</span>
          <Pencil
            aria-hidden
            className="size-3 shrink-0 text-muted opacity-0 group-hover/edit:opacity-100 group-focus-visible/edit:opacity-100"
          />
        </button>
      }
    >
      <DatePanel
        label="Follow-up"
        value={date}
        check={dateProblem}
        onPick={(next) => {
          setOpen(false);
          if (next !== date) onSave(next);
        }}
      />
    </Popover>
  );
}

/** The follow-up of a lead in a list of work. */
export function FollowUpDue({ date }: { date: string }) {
  const { locale } = useLocale();
  const today = useToday();
  return (
    <span
      className={cn("flex shrink-0 items-center gap-1.5 text-xs whitespace-nowrap tabular-nums", dueTone(date, today))}
    >
      <CalendarClock aria-hidden className="size-3.5" />
      <span className="sr-only">Follow-up: </span>
      <span suppressHydrationWarning>{dueWords(date, today) ?? shortDate(date, today, locale)}</span>
    </span>
  );
}
