"use client";

import { useId, useRef, useState } from "react";
import { daysAfter } from "@/lib/calendar-date";
import { useToday } from "@/lib/client/clock";
import { useLocale } from "@/lib/client/locale";
import { dateExample, readDate } from "@/lib/read-date";
import { Button } from "./button";
import { Input } from "./input";
import { enterCalendar, LazyCalendar } from "./lazy-calendar";

export interface DatePanelProps {
  /** Its name: "Follow-up". */
  label: string;
  /** YYYY-MM-DD; undefined where several things have their own. */
  value: string | null | undefined;
  /** Says what is wrong with a date that cannot be saved. */
  check?: (date: string) => string | undefined;
  /** null: no date any more. */
  onPick: (date: string | null) => void;
}

/** What a date is chosen with, inside a Popover: written, picked from a calendar (Down leads into it), or in a word. */
export function DatePanel({ label, value, check, onPick }: DatePanelProps) {
  const { locale } = useLocale();
  const today = useToday();
  const [words, setWords] = useState("");
  const [problem, setProblem] = useState<string>();
  const panel = useRef<HTMLFormElement>(null);
  const id = useId();
  const read = readDate(words, { locale, today });
  const pick = (date: string): void => {
    const why = check?.(date);
    setProblem(why);
    if (why === undefined) onPick(date);
  };
  return (
    <form
      ref={panel}
      className="flex w-fit flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (read !== undefined) pick(read);
        else setProblem(`This is no date. Write it as ${dateExample({ locale, today })}, or in a word: tomorrow.`);
      }}
    >
      <Input
        aria-label={`${label}: a date`}
        aria-invalid={problem !== undefined}
        aria-describedby={problem === undefined ? undefined : id}
        placeholder={dateExample({ locale, today })}
        autoComplete="off"
        value={words}
        onChange={({ target }) => {
          setWords(target.value);
          setProblem(undefined);
        }}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown" && enterCalendar(panel.current)) event.preventDefault();
        }}
      />
      {problem !== undefined && (
        <p id={id} role="alert" className="max-w-56 text-xs text-danger-text">
          {problem}
        </p>
      )}
      <LazyCalendar value={read ?? value ?? undefined} today={today} onPick={pick} />
      <div className="flex gap-1 border-t border-line pt-2">
        <Button size="sm" variant="ghost" onClick={() => pick(daysAfter(today, 1))}>
          Tomorrow
        </Button>
        <Button size="sm" variant="ghost" onClick={() => pick(daysAfter(today, 7))}>
          In a week
        </Button>
        {value !== null && (
          <Button size="sm" variant="ghost" className="ml-auto text-muted" onClick={() => onPick(null)}>
            None
          </Button>
        )}
      </div>
    </form>
  );
}
