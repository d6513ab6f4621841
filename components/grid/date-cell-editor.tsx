"use client";

import { Popover } from "radix-ui";
import { useRef, type FocusEvent, type KeyboardEvent } from "react";
import { enterCalendar, LazyCalendar } from "../ui/lazy-calendar";
import { INPUT } from "./cell-editors";
import { type CellEditorProps, swallow, useCellText } from "./use-cell-text";

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
  const { label, close, read, today, placeholder } = props;
  const { value, problem, problemId, input, onKey, trySave, leave } = useCellText(props);
  const panel = useRef<HTMLDivElement>(null);
  const onInputKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || onKey(event) || event.key !== "ArrowDown") return;
    enterCalendar(panel.current);
    swallow(event);
  };
  const onPanelKey = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key !== "Escape" && event.key !== "Tab") return;
    event.preventDefault();
    input.ref.current?.focus();
  };
  const onBlur = ({ relatedTarget: to }: FocusEvent) => {
    const stays = to instanceof Node && (panel.current?.contains(to) === true || to === input.ref.current);
    if (!stays) leave();
  };
  return (
    <Popover.Root open>
      <Popover.Anchor asChild>
        <input
          {...input}
          placeholder={placeholder}
          autoComplete="off"
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
            <p id={problemId} role="alert" className="max-w-56 px-1 pb-1.5 text-xs text-danger-text">
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
