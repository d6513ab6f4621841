"use client";

import { useQuery } from "@tanstack/react-query";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Skeleton } from "@/components/ui/skeleton";
import { TimeAgo } from "@/components/ui/time";
import { useMe } from "@/lib/client/me";
import { inWords } from "@/lib/client/problem";
import type { Lead } from "../schemas";
import { decisionsQuery } from "./lead-queries";

/** Why a lead that nobody has did not come to the agent who asks: what was stored when it was dealt. */
export function WhyNotMeDialog({ lead, onClose }: { lead: Lead; onClose: () => void }) {
  const { email } = useMe();
  const asked = useQuery(decisionsQuery(lead.lead_id, email));
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Why not me?"
      footer={
        <Button variant="primary" onClick={onClose}>
          Close
        </Button>
      }
    >
      {asked.isPending && <Skeleton className="w-80 max-w-full" />}
      {asked.isError && <Banner tone="danger">{inWords(asked.error)}</Banner>}
      {asked.data?.length === 0 && (
        <p>Nobody was chosen yet: this lead has not been dealt. A manager deals the leads of the pool.</p>
      )}
      <ol className="flex flex-col gap-3">
        {asked.data?.map((decision) => (
          <li key={decision.decision_id}>
            <p>{decision.why.not?.summary ?? decision.why.summary}</p>
            <p className="text-xs text-muted">
              <TimeAgo at={decision.decided_at} />
            </p>
          </li>
        ))}
      </ol>
    </Dialog>
  );
}
