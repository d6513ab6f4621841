"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Textarea } from "@/components/ui/input";
import { Skeleton } from "@/components/ui/skeleton";
import { TimeAgo } from "@/components/ui/time";
import { api } from "@/lib/client/api";
import { inWords } from "@/lib/client/problem";
import { rollBackFlags, type RollbackView } from "../schemas";
import { flagsQuery } from "./flag-query";

/** The emergency switch: one press and a reason put every new call on the legacy flow. */
export function RollbackCard({ rollback, mayChange }: { rollback: RollbackView | undefined; mayChange: boolean }) {
  const [open, setOpen] = useState(false);
  return (
    <Card aria-labelledby="rollback-title" className="max-xl:order-1">
      <CardHeader id="rollback-title" title="Emergency rollback" />
      <CardBody className="flex flex-col gap-3 text-sm">
        {rollback === undefined ? (
          <Skeleton className="h-16 w-full" />
        ) : (
          <>
            {rollback.active && <Banner tone="caution">Every feature is off: new calls take the legacy flow.</Banner>}
            <p className="text-muted">
              {rollback.active
                ? "Lifting it brings every feature back as it is set. Calls under way end as they began."
                : "Switches every feature off at once. New calls ring one free agent, then go to voicemail; calls under way end as they began."}
            </p>
            {rollback.updatedAt !== null && (
              <p className="text-xs text-muted">
                {rollback.active ? "Rolled back" : "Last lifted"} by {rollback.updatedBy}{" "}
                <TimeAgo at={rollback.updatedAt} />: {rollback.reason}
              </p>
            )}
            {mayChange && (
              <Button
                variant={rollback.active ? "primary" : "danger"}
                className="self-start"
                onClick={() => setOpen(true)}
              >
                {rollback.active ? "Lift the rollback…" : "Roll everything back…"}
              </Button>
            )}
            {!mayChange && <p className="text-xs text-muted">Admins do this, and switch single features.</p>}
            {open && <RollbackDialog active={!rollback.active} onClose={() => setOpen(false)} />}
          </>
        )}
      </CardBody>
    </Card>
  );
}

function RollbackDialog({ active, onClose }: { active: boolean; onClose: () => void }) {
  const [reason, setReason] = useState("");
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: () => api(rollBackFlags, { body: { active, reason } }),
    onSuccess: onClose,
    onSettled: () => queries.invalidateQueries({ queryKey: flagsQuery.queryKey }),
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={active ? "Roll everything back?" : "Lift the rollback?"}
      description={
        active
          ? "From now on every new call takes the legacy flow. Callers who wait already keep their place."
          : "From now on new calls take the features as they are set."
      }
      size="sm"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant={active ? "danger" : "primary"}
            disabled={reason.trim() === ""}
            busy={change.isPending}
            onClick={() => change.mutate()}
          >
            {active ? "Roll back" : "Lift"}
          </Button>
        </>
      }
    >
      <Field
        label="Reason"
        required
        hint="Kept in the audit log"
        error={change.isError ? inWords(change.error) : undefined}
      >
        {(control) => (
          <Textarea
            {...control}
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
            autoFocus
          />
        )}
      </Field>
    </Dialog>
  );
}
