"use client";

import { Popover } from "radix-ui";
import { useId, useRef, useState, type KeyboardEvent } from "react";
import { cn } from "../cn";
import type { AfterEdit } from "./grid-types";
import { type CellEditorProps, ending, swallow, useCellText, useFocused } from "./use-cell-text";

export const INPUT =
  "h-full w-full min-w-0 bg-raised px-2 text-sm text-text outline-none inset-ring-2 inset-ring-accent dark:inset-ring-accent-text aria-invalid:inset-ring-danger";

/** One line of text in a cell. Enter and Tab save and go on, Escape leaves it as it was. */
export function TextCellEditor(props: CellEditorProps) {
  const { problem, problemId, input, onKey, leave } = useCellText(props);
  return (
    <Popover.Root open={problem !== undefined}>
      <Popover.Anchor asChild>
        <input
          {...input}
          onKeyDown={(event) => {
            if (!event.nativeEvent.isComposing) onKey(event);
          }}
          onBlur={leave}
          className={INPUT}
        />
      </Popover.Anchor>
      <Popover.Portal>
        <Popover.Content
          id={problemId}
          role="alert"
          align="start"
          sideOffset={4}
          onOpenAutoFocus={(event) => event.preventDefault()}
          className="z-30 max-w-72 rounded-md bg-raised px-2.5 py-1.5 text-xs text-danger-text shadow-pop"
        >
          {problem}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

export interface CellOption {
  value: string;
  label: string;
  /** Said beside it, such as an agent's load. */
  hint?: string;
}

/** One of several in a cell: typing narrows them down, arrows go through them, Enter and Tab take one. */
export function ChoiceCellEditor(props: CellEditorProps & { options: readonly CellOption[] }) {
  const { label, text, typed, save, close, options } = props;
  const [words, setWords] = useState(typed ? text : "");
  const current = Math.max(
    0,
    options.findIndex((option) => option.value === text || option.label === text),
  );
  const [marked, setMarked] = useState(typed ? 0 : current);
  const input = useFocused(true);
  const done = useRef(false);
  const list = useId();
  const wanted = words.trim().toLowerCase();
  const found = wanted === "" ? options : options.filter((option) => option.label.toLowerCase().includes(wanted));
  const at = Math.min(marked, found.length - 1);
  const take = (option: CellOption | undefined, then: AfterEdit) => {
    if (!option) return;
    done.current = true;
    save(option.value);
    close(then);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const then = ending(event);
    if (then !== undefined) take(found[at], then);
    else if (event.key === "Escape") {
      done.current = true;
      close("stay");
    } else if (event.key === "ArrowDown") setMarked(Math.min(at + 1, found.length - 1));
    else if (event.key === "ArrowUp") setMarked(Math.max(at - 1, 0));
    else return;
    swallow(event);
  };
  return (
    <Popover.Root open>
      <Popover.Anchor asChild>
        <input
          ref={input}
          data-editor
          role="combobox"
          aria-label={label}
          aria-expanded
          aria-controls={list}
          aria-activedescendant={found[at] ? `${list}-${at}` : undefined}
          placeholder={options[current]?.label}
          value={words}
          onChange={(event) => {
            setWords(event.target.value);
            setMarked(0);
          }}
          onKeyDown={onKeyDown}
          onBlur={() => {
            if (!done.current) close("leave");
          }}
          className={INPUT}
        />
      </Popover.Anchor>
      <Popover.Portal>
        <Popover.Content
          aria-label={label}
          align="start"
          sideOffset={4}
          onOpenAutoFocus={(event) => event.preventDefault()}
          // The focus stays where one types.
          onPointerDown={(event) => event.preventDefault()}
          className="z-30 min-w-(--radix-popover-trigger-width) rounded-lg bg-raised p-1 shadow-pop"
        >
          <div id={list} role="listbox" aria-label={label} className="max-h-64 overflow-y-auto">
            {found.map((option, index) => (
              <div
                key={option.value}
                id={`${list}-${index}`}
                role="option"
                aria-selected={index === at}
                onPointerMove={() => setMarked(index)}
                onClick={() => take(option, "stay")}
                className={cn(
                  "flex h-7 items-center gap-3 rounded-md px-2 text-sm",
                  index === at && "bg-hover dark:bg-line",
                )}
              >
                <span className="flex-1">{option.label}</span>
                {option.hint !== undefined && <span className="text-xs text-muted tabular-nums">{option.hint}</span>}
              </div>
            ))}
            {found.length === 0 && <p className="px-2 py-1.5 text-sm text-muted">Nothing of this name</p>}
          </div>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
