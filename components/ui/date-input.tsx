"use client";

import { CalendarDays } from "lucide-react";
import { type ComponentProps, useState } from "react";
import { useToday } from "@/lib/client/clock";
import { useLocale } from "@/lib/client/locale";
import { dateExample, dateNumbers, readDate } from "@/lib/read-date";
import { IconButton } from "./icon-button";
import { Input } from "./input";
import { LazyCalendar } from "./lazy-calendar";
import { Popover } from "./popover";

export interface DateInputProps extends Omit<ComponentProps<"input">, "value" | "onChange" | "type"> {
  /** As it was written: readDate() says which date that is. */
  value: string;
  onChange: (text: string) => void;
}

/** A date of a form: written as one likes, or picked from the calendar behind its button. */
export function DateInput({ value, onChange, ...rest }: DateInputProps) {
  const { locale } = useLocale();
  const today = useToday();
  const [open, setOpen] = useState(false);
  return (
    <div className="relative">
      <Input
        placeholder={dateExample({ locale, today })}
        autoComplete="off"
        {...rest}
        value={value}
        onChange={({ target }) => onChange(target.value)}
        className="pr-9"
      />
      <span className="absolute inset-y-0 right-0.5 flex items-center">
        <Popover
          label="Calendar"
          align="end"
          open={open}
          onOpenChange={setOpen}
          className="w-auto"
          trigger={
            <IconButton label="Calendar" tooltip={null} size="sm" className="text-muted">
              <CalendarDays />
            </IconButton>
          }
        >
          <LazyCalendar
            value={readDate(value, { locale, today })}
            today={today}
            onPick={(date) => {
              onChange(dateNumbers(date, locale));
              setOpen(false);
            }}
          />
        </Popover>
      </span>
    </div>
  );
}
