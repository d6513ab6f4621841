"use client";

import { ArrowDown, ArrowLeft, ArrowRight, ArrowUp, ChevronDown, EyeOff, Pin, PinOff } from "lucide-react";
import { type ComponentProps, useLayoutEffect, useRef, useState } from "react";
import { type ColumnLayout, withPinned, withShown, withStep, withWidth } from "@/components/grid/column-layout";
import type { GridColumn } from "@/components/grid/grid-types";
import { DropdownMenu, MenuItem, MenuSeparator } from "@/components/ui/dropdown-menu";
import type { Lead } from "../schemas";

const STEP_PX = 40;

export interface ColumnToolsProps {
  column: GridColumn<Lead>;
  layout: ColumnLayout;
  onLayout: (layout: ColumnLayout) => void;
  onSort: ((direction: "asc" | "desc") => void) | undefined;
  onResizeStart: (event: unknown) => void;
}

/** Behind a header's label: its menu, by mouse or with Alt and an arrow, and its edge to drag. */
export function ColumnTools(props: ColumnToolsProps) {
  const { column, layout, onLayout, onResizeStart } = props;
  // A menu has many parts: only that of a header somebody comes near is there.
  const [near, setNear] = useState<"pointer" | "focus">();
  return (
    <>
      {near ? (
        <ColumnMenu {...props} focused={near === "focus"} />
      ) : (
        <MenuButton column={column} onPointerEnter={() => setNear("pointer")} onFocus={() => setNear("focus")} />
      )}
      <span
        aria-hidden
        data-edge
        onMouseDown={(event) => {
          event.stopPropagation();
          onResizeStart(event);
        }}
        onTouchStart={onResizeStart}
        onDoubleClick={() => onLayout(withWidth(layout, column.id, column.width))}
        className="absolute inset-y-0 right-0 w-1.5 cursor-col-resize touch-none hover:bg-accent"
      />
    </>
  );
}

function MenuButton({ column, ...rest }: { column: GridColumn<Lead> } & ComponentProps<"button">) {
  return (
    <button
      {...rest}
      type="button"
      data-menu
      tabIndex={-1}
      aria-label={`Column ${column.label}`}
      className="ml-auto flex size-6 shrink-0 items-center justify-center rounded-sm text-transparent group-hover/head:text-inherit hover:bg-hover focus-visible:text-inherit data-[state=open]:text-inherit"
    >
      <ChevronDown aria-hidden className="size-3.5" />
    </button>
  );
}

function ColumnMenu({ column, layout, onLayout, onSort, focused }: ColumnToolsProps & { focused: boolean }) {
  const { id, width, pinned } = column;
  const button = useRef<HTMLButtonElement>(null);
  // It stands where another button had the focus.
  useLayoutEffect(() => {
    if (focused) button.current?.focus();
  }, [focused]);
  return (
    <DropdownMenu trigger={<MenuButton column={column} ref={button} />}>
      {onSort && (
        <>
          <MenuItem icon={<ArrowUp />} onSelect={() => onSort("asc")}>
            Sort ascending
          </MenuItem>
          <MenuItem icon={<ArrowDown />} onSelect={() => onSort("desc")}>
            Sort descending
          </MenuItem>
          <MenuSeparator />
        </>
      )}
      <MenuItem icon={pinned ? <PinOff /> : <Pin />} onSelect={() => onLayout(withPinned(layout, id, !pinned))}>
        {pinned ? "Unpin" : "Pin to the left"}
      </MenuItem>
      <MenuItem icon={<ArrowLeft />} onSelect={() => onLayout(withStep(layout, id, -1))}>
        Move left
      </MenuItem>
      <MenuItem icon={<ArrowRight />} onSelect={() => onLayout(withStep(layout, id, 1))}>
        Move right
      </MenuItem>
      <MenuItem onSelect={() => onLayout(withWidth(layout, id, width + STEP_PX))}>Wider</MenuItem>
      <MenuItem onSelect={() => onLayout(withWidth(layout, id, width - STEP_PX))}>Narrower</MenuItem>
      <MenuSeparator />
      <MenuItem icon={<EyeOff />} onSelect={() => onLayout(withShown(layout, id, false))}>
        Hide
      </MenuItem>
    </DropdownMenu>
  );
}
