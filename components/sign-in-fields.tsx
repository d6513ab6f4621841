"use client";

import { ArrowBigUpDash, Eye, EyeOff } from "lucide-react";
import { useState, type KeyboardEvent } from "react";
import { Field } from "./ui/field";
import { IconButton } from "./ui/icon-button";
import { Input } from "./ui/input";

export interface PasswordFieldProps {
  value: string;
  onChange: (value: string) => void;
  error?: string | undefined;
  autoFocus?: boolean;
}

/** A password: can be shown, and says when Caps Lock is on. */
export function PasswordField({ value, onChange, error, autoFocus }: PasswordFieldProps) {
  const [shown, setShown] = useState(false);
  const [capsLock, setCapsLock] = useState(false);
  const watch = (event: KeyboardEvent) => setCapsLock(event.getModifierState("CapsLock"));
  const hint = capsLock && (
    <span role="status" className="inline-flex items-center gap-1 text-caution-text">
      <ArrowBigUpDash aria-hidden className="size-3.5" /> Caps Lock is on
    </span>
  );
  return (
    <Field label="Password" required error={error} hint={hint}>
      {(control) => (
        <div className="relative">
          <Input
            {...control}
            name="password"
            type={shown ? "text" : "password"}
            autoComplete="current-password"
            autoFocus={autoFocus}
            value={value}
            onChange={(event) => onChange(event.target.value)}
            onKeyDown={watch}
            onKeyUp={watch}
            onBlur={() => setCapsLock(false)}
            className="h-9 pr-10"
          />
          <IconButton
            label={shown ? "Hide password" : "Show password"}
            aria-pressed={shown}
            tooltip={null}
            size="sm"
            onClick={() => setShown(!shown)}
            className="absolute inset-y-1 right-1 text-muted pointer-coarse:inset-y-1.5"
          >
            {shown ? <EyeOff /> : <Eye />}
          </IconButton>
        </div>
      )}
    </Field>
  );
}
