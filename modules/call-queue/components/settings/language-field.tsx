"use client";

import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { languageName, VOICES } from "./announcement-words";

const NONE = "none";

export interface LanguageFieldProps {
  label: string;
  hint?: string;
  hideLabel?: boolean;
  value: string | null;
  /** What no language of its own means; without it one must be chosen. */
  none?: string;
  onChange: (value: string | null) => void;
}

/** A language as voices speak it. */
export function LanguageField({ label, hint, hideLabel, value, none, onChange }: LanguageFieldProps) {
  const tags = value === null || VOICES.includes(value) ? VOICES : [...VOICES, value];
  const options = tags.map((tag) => ({ value: tag, label: languageName(tag) }));
  return (
    <Field label={label} hint={hint} {...(hideLabel ? { hideLabel } : {})}>
      {(control) => (
        <Select
          {...control}
          value={value ?? NONE}
          options={none === undefined ? options : [{ value: NONE, label: none }, ...options]}
          onChange={(chosen) => onChange(chosen === NONE ? null : chosen)}
        />
      )}
    </Field>
  );
}
