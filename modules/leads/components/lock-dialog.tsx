"use client";

import { useState } from "react";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Textarea } from "@/components/ui/input";
import { inWords, ProblemError } from "@/lib/client/problem";
import type { Lead } from "../schemas";
import { useLockLead } from "./use-lead-actions";

/** Locks a lead: where it is, it stays, until somebody unlocks it. */
export function LockDialog({ lead, onClose }: { lead: Lead; onClose: () => void }) {
  const [reason, setReason] = useState("");
  const lock = useLockLead(lead, onClose);
  const wrong = lock.error instanceof ProblemError ? lock.error.field("reason") : undefined;
  const submit = () => {
    if (reason.trim() !== "") lock.mutate(reason.trim());
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Lock this lead"
      description={`${stays(lead)} Assigning, bulk work, merging and the return timer pass it by until somebody unlocks it. Its facts can still be edited.`}
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button variant="primary" disabled={reason.trim() === ""} busy={lock.isPending} onClick={submit}>
            Lock
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {lock.error && wrong === undefined && <Banner tone="danger">{inWords(lock.error)}</Banner>}
        <Field label="Reason" required hint="Shown to everybody who sees the lead." error={wrong}>
          {(control) => (
            <Textarea
              {...control}
              autoFocus
              rows={2}
              maxLength={500}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
              onKeyDown={(event) => {
                if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
                event.preventDefault();
                submit();
              }}
            />
          )}
        </Field>
      </div>
    </Dialog>
  );
}

function stays({ assigned_agent_name: name, assigned_agent: email }: Lead): string {
  return email === null ? "It stays in the pool." : `It stays with ${name ?? email}.`;
}
