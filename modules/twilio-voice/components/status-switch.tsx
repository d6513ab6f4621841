"use client";

import { RadioGroup } from "radix-ui";
import { cn } from "@/components/cn";
import type { Tone } from "@/components/ui/badge";
import type { ChosenStatus } from "../client/phone-state";

const STATUSES: readonly { value: ChosenStatus; label: string; tone: Tone }[] = [
  { value: "available", label: "Available", tone: "positive" },
  { value: "break", label: "Break", tone: "caution" },
  { value: "away", label: "Away", tone: "caution" },
  { value: "offline", label: "Offline", tone: "neutral" },
];

const CHECKED: Partial<Record<Tone, string>> = {
  positive: "data-[state=checked]:text-positive-text",
  caution: "data-[state=checked]:text-caution-text",
};

/** What the person chooses to be; calls and wrap-up come and go without it. */
export function StatusSwitch({
  value,
  onChange,
  disabled,
}: {
  value: ChosenStatus;
  onChange: (status: ChosenStatus) => void;
  disabled?: boolean;
}) {
  return (
    <RadioGroup.Root
      value={value}
      onValueChange={(next) => onChange(next as ChosenStatus)}
      disabled={disabled ?? false}
      aria-label="Your status"
      className="grid grid-cols-4 gap-0.5 rounded-md bg-sunken p-0.5 dark:bg-bg"
    >
      {STATUSES.map((status) => (
        <RadioGroup.Item
          key={status.value}
          value={status.value}
          className={cn(
            "h-7 rounded-sm px-1 text-xs font-medium text-muted hover:text-text pointer-coarse:h-10",
            "data-[state=checked]:bg-raised data-[state=checked]:text-text data-[state=checked]:shadow-card",
            "disabled:opacity-60 dark:data-[state=checked]:bg-line",
            CHECKED[status.tone],
          )}
        >
          {status.label}
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}
