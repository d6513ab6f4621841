"use client";

import { useId, type ReactNode } from "react";
import { cn } from "../cn";

/** What a Field hands to the control inside it. */
export interface FieldControl {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
  "aria-required": true | undefined;
}

export interface FieldProps {
  label: ReactNode;
  /** A quiet line under the control. */
  hint?: ReactNode;
  /** What is wrong and how to put it right; read out when it appears. */
  error?: string | undefined;
  required?: boolean;
  optional?: boolean;
  hideLabel?: boolean;
  className?: string;
  children: (control: FieldControl) => ReactNode;
}

/** A label, its control, a hint and an error, wired for assistive technology. */
export function Field({ label, hint, error, required, optional, hideLabel, className, children }: FieldProps) {
  const id = useId();
  const hintId = `${id}-hint`;
  const errorId = `${id}-error`;
  const described = [error ? errorId : hint && hintId].filter(Boolean).join(" ");
  return (
    <div className={cn("flex flex-col gap-1", className)}>
      <label htmlFor={id} className={cn("text-sm font-medium", hideLabel && "sr-only")}>
        {label}
        {optional && <span className="ml-1 font-normal text-muted">optional</span>}
      </label>
      {children({
        id,
        "aria-describedby": described || undefined,
        "aria-invalid": error ? true : undefined,
        "aria-required": required ? true : undefined,
      })}
      {hint && !error && (
        <div id={hintId} className="text-xs text-muted">
          {hint}
        </div>
      )}
      <div id={errorId} role="alert" className="text-xs text-danger-text empty:hidden">
        {error}
      </div>
    </div>
  );
}
