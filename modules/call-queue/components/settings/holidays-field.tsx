"use client";

import { X } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { useLocale } from "@/lib/client/locale";

/** Days on which it is closed whatever the weekday, the next ones first to be seen. */
export function HolidaysField({
  holidays,
  onChange,
}: {
  holidays: readonly string[];
  onChange: (holidays: readonly string[]) => void;
}) {
  const [day, setDay] = useState("");
  const { locale } = useLocale();
  const words = (date: string): string =>
    new Date(`${date}T12:00:00Z`).toLocaleDateString(locale, {
      weekday: "short",
      day: "numeric",
      month: "short",
      year: "numeric",
      timeZone: "UTC",
    });
  const add = (): void => {
    if (day === "") return;
    onChange([...new Set([...holidays, day])].toSorted());
    setDay("");
  };
  return (
    <fieldset className="grid min-w-0 gap-2">
      <legend className="mb-1 text-sm font-medium">Closed all day</legend>
      {holidays.length > 0 && (
        <ul className="flex flex-wrap gap-1.5">
          {holidays.map((date) => (
            <li key={date}>
              <Button
                size="sm"
                aria-label={`Open on ${words(date)} again`}
                onClick={() => onChange(holidays.filter((one) => one !== date))}
              >
                {words(date)}
                <X aria-hidden />
              </Button>
            </li>
          ))}
        </ul>
      )}
      <div className="flex items-center gap-2">
        <Input
          type="date"
          aria-label="A day on which it is closed"
          value={day}
          onChange={({ target }) => setDay(target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            // Within the form, Enter would save it without the day.
            event.preventDefault();
            add();
          }}
          className="w-40"
        />
        <Button disabled={day === ""} onClick={add}>
          Add
        </Button>
      </div>
    </fieldset>
  );
}
