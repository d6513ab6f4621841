"use client";

import { X } from "lucide-react";
import { IconButton } from "@/components/ui/icon-button";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { DAYS, shownEnd, storedEnd, type Hours } from "./hours-words";

const days = DAYS.map((label, index) => ({ value: String(index + 1), label }));

/** On a phone without the little clock: there is no room for it, and touching the field opens the same. */
const TIME = "min-w-0 flex-1 max-sm:px-1.5 max-sm:[&::-webkit-calendar-picker-indicator]:hidden";

/** From when until when one weekday is open; an end before the beginning is on the next day. */
export function HoursRow({
  hours,
  onChange,
  onRemove,
}: {
  hours: Hours;
  onChange: (changed: Hours) => void;
  onRemove: () => void;
}) {
  const day = DAYS[hours.day - 1] ?? "";
  return (
    <div className="flex items-center gap-2" role="group" aria-label={`Hours of ${day}`}>
      <Select
        label="Day"
        value={String(hours.day)}
        options={days}
        onChange={(value) => onChange({ ...hours, day: Number(value) })}
        className="w-18 shrink-0"
      />
      <Input
        type="time"
        aria-label={`${day} from`}
        value={hours.from}
        onChange={({ target }) => onChange({ ...hours, from: target.value })}
        className={TIME}
      />
      <span aria-hidden className="text-muted">
        –
      </span>
      <Input
        type="time"
        aria-label={`${day} until`}
        value={shownEnd(hours.to)}
        onChange={({ target }) => onChange({ ...hours, to: storedEnd(target.value) })}
        className={TIME}
      />
      <IconButton size="sm" label={`Remove the hours of ${day}`} onClick={onRemove}>
        <X />
      </IconButton>
    </div>
  );
}
