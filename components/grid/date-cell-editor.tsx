"use client";

import { Popover } from "radix-ui";
import { useId, useRef, useState, type FocusEvent, type KeyboardEvent } from "react";
import { enterCalendar, LazyCalendar } from "../ui/lazy-calendar";
import { type CellEditorProps, ending, INPUT, useFocused } from "./cell-editors";

export interface DateCellEditorProps extends CellEditorProps {
  /** The date a text stands for, YYYY-MM-DD; undefined for none. */
  read: (text: string) => string | undefined;
  today: string;
  placeholder: string;
}

/**
 * A date in a cell: written, or picked from the calendar beneath. Down leads into the calendar, where arrows go by days
 * and weeks; Enter takes a day, Escape leads back to the text.
 */
export function DateCellEditor(props: DateCellEditorProps) {
  const { label, text, typed, save, abandon, close, read, today, placeholder } = props;
  const [value, setValue] = useState(text);
  const [problem, setProblem] = useState<string>();
  const input = useFocused(typed);
  const panel = useRef<HTMLDivElement>(null);
  const done = useRef(false);
  const id = useId();
  const trySave = (wanted: string): boolean => {
    const why = save(wanted);
    setProblem(why);
    done.current = why === undefined;
    return done.current;
  };
  const onInputKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const then = ending(event);
    if (event.key === "Escape") {
      done.current = true;
      close("stay");
    } else if (event.key === "ArrowDown") enterCalendar(panel.current);
    else if (then === undefined) return;
    else if (trySave(value)) close(then);
    event.preventDefault();
    event.stopPropagation();
  };
  const onPanelKey = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key !== "Escape" && event.key !== "Tab") return;
    event.preventDefault();
    input.current?.focus();
  };
  const onBlur = ({ relatedTarget: to }: FocusEvent) => {
    const stays = to instanceof Node && (panel.current?.contains(to) === true || to === input.current);
    if (done.current || stays) return;
    const why = value === text && !typed ? undefined : save(value);
    if (why !== undefined) abandon(value, why);
    close("leave");
  };
  return (
    <Popover.Root open>
      <Popover.Anchor asChild>
        <input
          ref={input}
          data-editor
          aria-label={label}
          aria-invalid={problem !== undefined || undefined}
          aria-describedby={problem === undefined ? undefined : id}
          placeholder={placeholder}
          autoComplete="off"
          value={value}
          onChange={(event) => {
            setValue(event.target.value);
            setProblem(undefined);
          }}
          onKeyDown={onInputKey}
          onBlur={onBlur}
          className={INPUT}
        />
      </Popover.Anchor>
      <Popover.Portal>
        <Popover.Content
          ref={panel}
          aria-label={label}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          onOpenAutoFocus={(event) => event.preventDefault()}
          onEscapeKeyDown={(event) => event.preventDefault()}
          // The focus stays where one types.
          onPointerDown={(event) => event.preventDefault()}
          onKeyDown={onPanelKey}
          onBlur={onBlur}
          className="z-30 rounded-lg bg-raised p-2 shadow-pop outline-none"
        >
          {problem !== undefined && (
            <p id={id} role="alert" className="max-w-56 px-1 pb-1.5 text-xs text-danger-text">
              {problem}
            </p>
          )}
          <LazyCalendar
            value={read(value)}
            today={today}
            onPick={(date) => {
              if (trySave(date)) close("stay");
            }}
          />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
