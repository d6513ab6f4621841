"use client";

import { Ellipsis, Lock, LockOpen, Merge, Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { DropdownMenu, MenuItem, MenuSeparator } from "@/components/ui/dropdown-menu";
import { IconButton } from "@/components/ui/icon-button";
import type { Lead } from "../schemas";
import { LockDialog } from "./lock-dialog";
import { useRemoveLead, useUnlockLead } from "./use-lead-actions";

/** What a manager does with a lead less often. */
export function LeadMenu({ lead, onMerge }: { lead: Lead; onMerge: () => void }) {
  const router = useRouter();
  const [locking, setLocking] = useState(false);
  const unlock = useUnlockLead(lead);
  const remove = useRemoveLead(lead, () => router.push("/leads"));
  const locked = lead.locked !== null;
  // Dialogs open once the menu has given the focus back, so that they can return it in their turn.
  const next = useRef<() => void>(undefined);
  const afterwards = (open: () => void) => () => {
    next.current = open;
  };
  const onClosed = () => {
    next.current?.();
    next.current = undefined;
  };
  return (
    <>
      <DropdownMenu
        align="end"
        onClosed={onClosed}
        trigger={
          <IconButton label="More" variant="secondary">
            <Ellipsis />
          </IconButton>
        }
      >
        {locked ? (
          <MenuItem icon={<LockOpen />} onSelect={() => unlock.mutate()}>
            Unlock
          </MenuItem>
        ) : (
          <MenuItem icon={<Lock />} onSelect={afterwards(() => setLocking(true))}>
            Lock
          </MenuItem>
        )}
        <MenuItem icon={<Merge />} disabled={locked} onSelect={afterwards(onMerge)}>
          Merge with another lead
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon={<Trash2 />} danger disabled={locked} onSelect={() => remove.mutate()}>
          Remove
        </MenuItem>
      </DropdownMenu>
      {locking && <LockDialog lead={lead} onClose={() => setLocking(false)} />}
    </>
  );
}
