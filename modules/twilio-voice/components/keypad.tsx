"use client";

import type { Phone } from "./use-phone";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"] as const;
const NAMES: Readonly<Record<string, string>> = { "*": "star", "#": "hash" };

/** Twelve keys whose tones the other side hears. */
export function Keypad({ phone }: { phone: Phone }) {
  return (
    <div role="group" aria-label="Keypad" className="grid grid-cols-3 gap-1.5" data-testid="keypad">
      {KEYS.map((key) => (
        <button
          key={key}
          type="button"
          aria-label={NAMES[key] ?? key}
          disabled={phone.leg?.phase !== "open"}
          onClick={() => void phone.run({ type: "digits", digits: key })}
          className="h-10 rounded-md bg-sunken text-lg font-medium tabular-nums hover:bg-hover disabled:opacity-50"
        >
          {key}
        </button>
      ))}
    </div>
  );
}
