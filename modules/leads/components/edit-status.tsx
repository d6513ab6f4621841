"use client";

import { ChevronDown, LocateFixed, PenLine, Redo2, TriangleAlert, Undo2, X } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { DropdownMenu, MenuItem } from "@/components/ui/dropdown-menu";
import { IconButton } from "@/components/ui/icon-button";
import { NumberText } from "@/components/ui/time";
import { useNumberWords } from "@/lib/client/locale";
import type { LeadEdits } from "./use-lead-edits";

export interface EditStatusProps {
  edits: LeadEdits;
  /** Goes to the first cell that was not saved. */
  onShow: () => void;
  /** Writes what was wanted over what others wrote meanwhile; absent when nothing is of that kind. */
  onOverwrite: (() => void) | undefined;
}

/** How the changes of cells stand: being saved, not saved, and the way back. */
export function EditStatus({ edits, onShow, onOverwrite }: EditStatusProps) {
  const { pending, refused, undo, redo, canUndo, canRedo, forget } = edits;
  const figure = useNumberWords();
  return (
    <div className="flex items-center gap-1">
      <span role="status" className="mr-1 text-xs text-muted tabular-nums">
        {pending > 0 ? `Saving ${figure(pending)}…` : ""}
      </span>
      {refused.length > 0 && (
        <RefusedMenu count={refused.length} onShow={onShow} onOverwrite={onOverwrite} onLeave={forget} />
      )}
      <IconButton
        label="Undo"
        keys={["Ctrl", "Z"]}
        disabled={!canUndo}
        onClick={undo}
        className="text-muted max-sm:hidden"
      >
        <Undo2 />
      </IconButton>
      <IconButton
        label="Do again"
        keys={["Ctrl", "Shift", "Z"]}
        disabled={!canRedo}
        onClick={redo}
        className="text-muted max-sm:hidden"
      >
        <Redo2 />
      </IconButton>
    </div>
  );
}

interface RefusedMenuProps extends Pick<EditStatusProps, "onShow" | "onOverwrite"> {
  count: number;
  onLeave: () => void;
}

/** How many cells were not saved, and behind it what can be done about them: side by side it would not fit. */
function RefusedMenu({ count, onShow, onOverwrite, onLeave }: RefusedMenuProps) {
  // A cell is gone to once the menu has given the focus back.
  const [showing, setShowing] = useState(false);
  return (
    <DropdownMenu
      align="end"
      onClosed={() => {
        if (showing) onShow();
        setShowing(false);
      }}
      trigger={
        <Button variant="ghost" size="sm" className="bg-caution-subtle text-caution-text dark:bg-caution-subtle">
          <TriangleAlert aria-hidden /> <NumberText value={count} /> not saved
          <ChevronDown aria-hidden className="size-3.5!" />
        </Button>
      }
    >
      <MenuItem icon={<LocateFixed />} onSelect={() => setShowing(true)}>
        {count === 1 ? "Go to it" : "Go to the first"}
      </MenuItem>
      {onOverwrite && (
        <MenuItem icon={<PenLine />} onSelect={onOverwrite}>
          Write mine over theirs
        </MenuItem>
      )}
      <MenuItem icon={<X />} onSelect={onLeave}>
        {count === 1 ? "Leave it as it is" : "Leave them as they are"}
      </MenuItem>
    </DropdownMenu>
  );
}
