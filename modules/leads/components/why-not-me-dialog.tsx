"use client";

import { useQuery } from "@tanstack/react-query";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Skeleton } from "@/components/ui/skeleton";
import { TimeAgo } from "@/components/ui/time";
import { useMe } from "@/lib/client/me";
import { inWords } from "@/lib/client/problem";
import type { Decision } from "../decisions.schemas";
import type { Lead } from "../schemas";
import { decisionsQuery } from "./lead-queries";

/** Why a lead that nobody has did not come to the agent who asks: what was stored each time it was dealt. */
export function WhyNotMeDialog({ lead, onClose }: { lead: Lead; onClose: () => void }) {
  const { email } = useMe();
  const asked = useQuery(decisionsQuery(lead.lead_id, email));
  const dealt = asked.data?.some(({ agent }) => agent !== null) ?? true;
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
      {!dealt && <p>Nobody was chosen yet: this lead has not been dealt. A manager deals the leads of the pool.</p>}
      <ol className="flex flex-col gap-4">
        {asked.data?.map((decision) => (
          <li key={decision.decision_id}>
            <Answer decision={decision} />
          </li>
        ))}
      </ol>
    </Dialog>
  );
}

/** Who got it then, and why not the one who asks; or how it came back to the pool. */
function Answer({ decision: { agent_name: got, decided_at: at, why } }: { decision: Decision }) {
  if (got === null) {
    return (
      <p className="text-muted">
        {why.summary} <Time at={at} />
      </p>
    );
  }
  return (
    <>
      <p className="text-muted">
        {got} got it. <Time at={at} />
      </p>
      <p className="mt-0.5">{why.not?.summary ?? why.summary}</p>
    </>
  );
}

const Time = ({ at }: { at: string }) => (
  <span className="text-xs whitespace-nowrap">
    · <TimeAgo at={at} />
  </span>
);
