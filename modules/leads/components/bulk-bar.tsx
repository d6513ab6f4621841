"use client";

import { ChevronDown, UserRoundCheck, X } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { DropdownMenu, MenuItem } from "@/components/ui/dropdown-menu";
import { IconButton } from "@/components/ui/icon-button";
import type { Lead } from "../schemas";
import { BulkAssignDialog } from "./bulk-assign-dialog";
import { BulkResultDialog, type BulkResult } from "./bulk-result-dialog";
import { priorities, priorityWords } from "./lead-words";
import { useBulkUpdate } from "./use-bulk-update";
import type { Selection } from "./use-selection";

export interface BulkBarProps {
  selection: Selection;
  total: number;
  dispositions: readonly { code: string; label: string }[];
}

/** What can be done with the selected leads. Says how many they are, and of how many. */
export function BulkBar({ selection, total, dispositions }: BulkBarProps) {
  const [assigning, setAssigning] = useState<readonly Lead[]>();
  const [result, setResult] = useState<BulkResult>();
  const { update, busy } = useBulkUpdate(setResult);
  const chosen = [...selection.leads.values()];
  return (
    <>
      {chosen.length > 0 && (
        <div
          role="region"
          aria-label="Selected leads"
          className="absolute inset-x-3 bottom-4 z-20 mx-auto flex w-fit max-w-[calc(100%-1.5rem)] animate-rise items-center gap-1 rounded-xl bg-raised p-1.5 pl-4 shadow-pop"
        >
          <span role="status" className="mr-2 text-sm">
            <span className="font-semibold tabular-nums">{chosen.length}</span>{" "}
            <span className="text-muted max-sm:sr-only">of {total.toLocaleString("en")} selected</span>
          </span>
          <Button variant="primary" size="sm" onClick={() => setAssigning(chosen)}>
            <UserRoundCheck aria-hidden /> Assign
          </Button>
          <DropdownMenu side="top" trigger={<MenuButton busy={busy}>Disposition</MenuButton>}>
            {dispositions.map(({ code, label }) => (
              <MenuItem key={code} onSelect={() => update(chosen, { disposition: code }, `Disposition: ${label}`)}>
                {label}
              </MenuItem>
            ))}
          </DropdownMenu>
          <DropdownMenu side="top" trigger={<MenuButton busy={busy}>Priority</MenuButton>}>
            {priorities.map((priority) => (
              <MenuItem
                key={priority}
                onSelect={() => update(chosen, { priority }, `Priority: ${priorityWords[priority].label}`)}
              >
                {priorityWords[priority].label}
              </MenuItem>
            ))}
          </DropdownMenu>
          <IconButton
            label="Clear the selection"
            keys={["Esc"]}
            size="sm"
            className="text-muted"
            onClick={selection.clear}
          >
            <X />
          </IconButton>
        </div>
      )}
      {assigning && (
        <BulkAssignDialog
          leads={assigning}
          onClose={() => setAssigning(undefined)}
          onDone={(done) => {
            setAssigning(undefined);
            selection.clear();
            setResult(done);
          }}
        />
      )}
      <BulkResultDialog result={result} onClose={() => setResult(undefined)} />
    </>
  );
}

function MenuButton({ children, busy, ...rest }: React.ComponentProps<typeof Button>) {
  return (
    <Button {...rest} variant="ghost" size="sm" busy={busy ?? false}>
      {children} <ChevronDown aria-hidden className="text-muted" />
    </Button>
  );
}
