import { useId, useLayoutEffect, useRef, useState, type KeyboardEvent } from "react";
import type { AfterEdit } from "./grid-types";

export interface CellEditorProps {
  label: string;
  /** What it begins with, all of it selected unless it was typed just now. */
  text: string;
  typed: boolean;
  /** Takes what was entered: why it cannot be, in words, or undefined when it was taken. */
  save: (text: string) => string | undefined;
  /** The focus has gone, and what was entered cannot be taken. */
  abandon: (text: string, problem: string) => void;
  close: (then: AfterEdit) => void;
}

/** Keys that end an edit, and where they lead. */
export function ending({ key, shiftKey }: KeyboardEvent): AfterEdit | undefined {
  if (key === "Enter") return shiftKey ? "up" : "down";
  if (key === "Tab") return shiftKey ? "left" : "right";
  return undefined;
}

/** The focus, and the text selected unless it was typed just now. */
export function useFocused(typed: boolean) {
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    input.current?.focus({ preventScroll: true });
    if (!typed) input.current?.select();
  }, [typed]);
  return input;
}

/**
 * Text that is being written in a cell. Enter and Tab save it and go on, Escape leaves the cell as it was; what cannot be
 * taken is said while the focus stays, and noted at the cell once it has gone. `input` is spread on the input.
 */
export function useCellText({ label, text, typed, save, abandon, close }: CellEditorProps) {
  const [value, setValue] = useState(text);
  const [problem, setProblem] = useState<string>();
  const ref = useFocused(typed);
  const done = useRef(false);
  const problemId = useId();
  /** Whether it was taken. */
  const trySave = (wanted: string): boolean => {
    const why = save(wanted);
    setProblem(why);
    done.current = why === undefined;
    return done.current;
  };
  /** Whether the key was one of an edit's end; no other sees it then. */
  const onKey = (event: KeyboardEvent): boolean => {
    const then = ending(event);
    if (event.key === "Escape") {
      done.current = true;
      close("stay");
    } else if (then === undefined) return false;
    else if (trySave(value)) close(then);
    swallow(event);
    return true;
  };
  const leave = (): void => {
    if (done.current) return;
    const why = value === text && !typed ? undefined : save(value);
    if (why !== undefined) abandon(value, why);
    close("leave");
  };
  const input = {
    ref,
    "data-editor": true,
    "aria-label": label,
    "aria-invalid": problem !== undefined || undefined,
    "aria-describedby": problem === undefined ? undefined : problemId,
    value,
    onChange: (event: { target: { value: string } }) => {
      setValue(event.target.value);
      setProblem(undefined);
    },
  };
  return { value, problem, problemId, input, onKey, trySave, leave };
}

/** The key has done what it was pressed for. */
export function swallow(event: KeyboardEvent): void {
  event.preventDefault();
  event.stopPropagation();
}
