"use client";

import { useId } from "react";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { isTimeZone } from "../domain/callback";

export interface TimeZoneFieldProps {
  label: string;
  hint?: string;
  /** IANA, such as Europe/Berlin; empty where none is chosen. */
  value: string;
  optional?: boolean;
  onChange: (value: string) => void;
}

/** A time zone, typed or chosen from those the browser knows. */
export function TimeZoneField({ label, hint, value, optional, onChange }: TimeZoneFieldProps) {
  const listId = useId();
  const wrong = value === "" ? !optional : !isTimeZone(value);
  return (
    <Field
      label={label}
      hint={hint}
      error={wrong ? "Choose a time zone, such as Europe/Berlin." : undefined}
      {...(optional ? { optional } : {})}
    >
      {(control) => (
        <>
          <Input
            {...control}
            list={listId}
            autoComplete="off"
            value={value}
            onChange={({ target }) => onChange(target.value.trim())}
          />
          <datalist id={listId}>
            {Intl.supportedValuesOf("timeZone").map((zone) => (
              <option key={zone} value={zone} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}
