"use client";

import { Pencil } from "lucide-react";
import { useRef, useState, type KeyboardEvent } from "react";
import { cn } from "../cn";
import { Input } from "./input";

export interface EditableTextProps {
  value: string;
  /** Its name: "Phone". */
  label: string;
  onSave: (value: string) => void;
  /** How the value is written when nobody edits it. */
  display?: string;
  placeholder?: string;
  /** Says what is wrong with a value that cannot be saved. */
  check?: (value: string) => string | undefined;
  type?: "text" | "tel" | "email";
  className?: string;
}

/** A value that is changed where it stands: press it, type, Enter saves, Escape leaves it. */
export function EditableText(props: EditableTextProps) {
  const { value, label, onSave, display = value, placeholder = "Add", check, type = "text", className } = props;
  const [draft, setDraft] = useState<string>();
  const opener = useRef<HTMLButtonElement>(null);
  const wrong = draft === undefined ? undefined : check?.(draft.trim());
  const finish = (save: boolean, refocus: boolean) => {
    if (draft === undefined || (save && wrong)) return;
    if (save && draft.trim() !== value) onSave(draft.trim());
    setDraft(undefined);
    if (refocus) requestAnimationFrame(() => opener.current?.focus());
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    finish(event.key === "Enter", true);
  };
  if (draft === undefined) {
    return (
      <button
        ref={opener}
        type="button"
        onClick={() => setDraft(value)}
        className={cn(
          "group/edit -mx-1.5 flex min-h-7 max-w-full min-w-0 items-center gap-1.5 rounded-md px-1.5 text-left hover:bg-hover dark:hover:bg-track",
          className,
        )}
      >
        <span className="sr-only">{label}: </span>
        <span className={cn("truncate", display === "" && "text-muted")}>{display === "" ? placeholder : display}</span>
        <span className="sr-only">. Change</span>
        <Pencil
          aria-hidden
          className="size-3 shrink-0 text-muted opacity-0 group-hover/edit:opacity-100 group-focus-visible/edit:opacity-100"
        />
      </button>
    );
  }
  return (
    <span className="block min-w-0">
      <Input
        autoFocus
        type={type}
        aria-label={label}
        aria-invalid={wrong !== undefined}
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        onFocus={(event) => event.target.select()}
        onKeyDown={onKey}
        onBlur={() => finish(wrong === undefined, false)}
        className={cn("-mx-1.5 h-7 w-[calc(100%+0.75rem)] px-1.5", className)}
      />
      {wrong !== undefined && (
        <span role="alert" className="block text-xs text-danger-text">
          {wrong}
        </span>
      )}
    </span>
  );
}
