"use client";

import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";

export interface NumberFieldProps {
  label: string;
  unit?: string;
  hint?: string;
  value: number | null;
  min: number;
  max: number;
  /** An empty field means "not at all". */
  optional?: boolean;
  onChange: (value: number | null) => void;
}

/** A whole number within bounds, with its unit behind it. */
export function NumberField({ label, unit, hint, value, min, max, optional, onChange }: NumberFieldProps) {
  const problem = numberProblem(value, { min, max, optional });
  return (
    <Field label={label} hint={hint} error={problem} {...(optional ? { optional } : {})}>
      {(control) => (
        <span className="flex items-center gap-2">
          <Input
            {...control}
            inputMode="numeric"
            value={value === null ? "" : String(value)}
            onChange={({ target }) => onChange(numberIn(target.value))}
            className="w-24 min-w-14 text-right tabular-nums"
          />
          {unit !== undefined && <span className="shrink-0 text-sm whitespace-nowrap text-muted">{unit}</span>}
        </span>
      )}
    </Field>
  );
}

/** What is wrong with it; undefined when nothing is. */
export function numberProblem(
  value: number | null,
  { min, max, optional }: { min: number; max: number; optional?: boolean | undefined },
): string | undefined {
  if (value === null) return optional ? undefined : "Give a number.";
  if (Number.isInteger(value) && value >= min && value <= max) return undefined;
  return `Give a whole number from ${min} to ${max}.`;
}

/** The digits of what was typed, nine of them at most; null for none. */
function numberIn(typed: string): number | null {
  const digits = typed.replaceAll(/\D/g, "").slice(0, 9);
  return digits === "" ? null : Number(digits);
}
