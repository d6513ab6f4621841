"use client";

import { Popover } from "radix-ui";
import { useEffect, useRef, useState } from "react";

/** What a mark on a cell means, beneath it while it has the focus: hovering is nothing for a keyboard. */
export function CellNote({ words }: { words: string }) {
  const anchor = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const cell = anchor.current?.closest("[role=gridcell]");
    if (!cell) return undefined;
    const show = () => setOpen(true);
    const hide = () => setOpen(false);
    setOpen(cell === document.activeElement);
    cell.addEventListener("focusin", show);
    cell.addEventListener("focusout", hide);
    return () => {
      cell.removeEventListener("focusin", show);
      cell.removeEventListener("focusout", hide);
    };
  }, []);
  return (
    <Popover.Root open={open}>
      <Popover.Anchor ref={anchor} className="pointer-events-none absolute inset-0" />
      <Popover.Portal>
        <Popover.Content
          // The cell itself says it to assistive technology.
          role="presentation"
          aria-hidden
          align="start"
          sideOffset={4}
          onOpenAutoFocus={(event) => event.preventDefault()}
          onCloseAutoFocus={(event) => event.preventDefault()}
          className="pointer-events-none z-30 max-w-72 rounded-md bg-raised px-2.5 py-1.5 text-xs text-text shadow-pop"
        >
          {words}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
