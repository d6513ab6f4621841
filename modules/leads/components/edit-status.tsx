"use client";

import { Redo2, TriangleAlert, Undo2, X } from "lucide-react";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
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
  return (
    <div className="flex items-center gap-1">
      <span role="status" className="mr-1 text-xs text-muted tabular-nums">
        {pending > 0 ? `Saving ${pending.toLocaleString("en")}…` : ""}
      </span>
      {refused.length > 0 && (
        <span className="flex items-center rounded-md bg-caution-subtle text-caution-text">
          <Button variant="ghost" size="sm" className="text-caution-text" onClick={onShow}>
            <TriangleAlert aria-hidden /> {refused.length.toLocaleString("en")} not saved
          </Button>
          {onOverwrite && (
            <Button variant="ghost" size="sm" className="text-caution-text" onClick={onOverwrite}>
              Write mine
            </Button>
          )}
          <IconButton label="Leave them as they are" size="sm" className="text-caution-text" onClick={forget}>
            <X />
          </IconButton>
        </span>
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
