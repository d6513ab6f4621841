"use client";

import { useQuery } from "@tanstack/react-query";
import { Button } from "@/components/ui/button";
import { Banner } from "@/components/ui/banner";
import { Dialog } from "@/components/ui/dialog";
import { Skeleton } from "@/components/ui/skeleton";
import { DateTime, TimeAgo } from "@/components/ui/time";
import { useIsStaff } from "@/lib/client/me";
import { inWords } from "@/lib/client/problem";
import type { Decision } from "../decisions.schemas";
import type { Lead } from "../schemas";
import { decisionsQuery } from "./lead-queries";
import { sentence, strategyWords } from "./lead-words";
import { WhyNot } from "./why-not";
import { CandidateTable, ExcludedList } from "./why-view";

/** Why a lead is with the agent who has it: the decision, as it was stored when it was made. */
export function WhyDialog({ lead, onClose }: { lead: Lead; onClose: () => void }) {
  const decisions = useQuery(decisionsQuery(lead.lead_id));
  const all = decisions.data ?? [];
  const present = all.find((each) => each.merged_lead === null && each.agent === lead.assigned_agent);
  const earlier = all.filter((each) => each !== present);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="lg"
      title={`Why ${lead.assigned_agent_name ?? "this agent"}?`}
      footer={
        <Button variant="primary" onClick={onClose}>
          Close
        </Button>
      }
    >
      {decisions.isPending && <LoadingWhy />}
      {decisions.isError && <Banner tone="danger">{inWords(decisions.error)}</Banner>}
      {decisions.data && (
        <div className="flex flex-col gap-5">
          {present ? (
            <PresentDecision leadId={lead.lead_id} decision={present} />
          ) : (
            <p className="text-muted">No decision is kept for this: the lead had its agent from the start.</p>
          )}
          {earlier.length > 0 && <EarlierDecisions decisions={earlier} />}
        </div>
      )}
    </Dialog>
  );
}

function PresentDecision({ leadId, decision }: { leadId: string; decision: Decision }) {
  const isStaff = useIsStaff();
  const { why, agent, override_reason: override } = decision;
  const { before, after, candidate_count: count, excluded } = why;
  // A full agent is dealt with all the same, since a lead may stay with them: said once, among those who could not.
  const left = new Set(excluded.map((each) => each.agent));
  const candidates = why.candidates.filter((each) => each.agent === agent || !left.has(each.agent));
  const unlisted = count - why.candidates.length;
  return (
    <>
      <div className="flex flex-col gap-1.5">
        <p className="text-base">{why.summary}</p>
        <p className="text-xs text-muted">
          <DecidedBy decision={decision} /> · <DateTime at={decision.decided_at} />
          {before && after && (
            <>
              {" "}
              · open leads {before.open_leads} → {after.open_leads} of {after.max_capacity}
            </>
          )}
        </p>
      </div>
      {override !== null && (
        <Banner tone="caution">
          <span className="font-medium">Against the rule, on purpose.</span> {override}
        </Banner>
      )}
      {isStaff && <WhyNot leadId={leadId} decision={decision} />}
      {candidates.length > 1 && (
        <section>
          <h3 className="mb-1.5 text-sm font-medium">Who could have had it</h3>
          <CandidateTable candidates={candidates} chosen={agent} />
          {unlisted > 0 && <p className="mt-1 text-xs text-muted">and {unlisted} more</p>}
        </section>
      )}
      {excluded.length > 0 && (
        <section>
          <h3 className="mb-0.5 text-sm font-medium">Who could not</h3>
          <ExcludedList excluded={excluded} />
        </section>
      )}
    </>
  );
}

function DecidedBy({ decision: { decided_by_name: by, strategy, plan_id: plan } }: { decision: Decision }) {
  const how = Object.hasOwn(strategyWords, strategy) && strategy !== "manual" ? `${wordsOf(strategy)}, ` : "";
  return (
    <>
      {how}
      {by === null ? "by the program" : `by ${by}`}
      {plan !== null && ", in bulk"}
    </>
  );
}

function wordsOf(strategy: string): string {
  const known = Object.entries(strategyWords).find(([name]) => name === strategy);
  return known?.[1].label ?? sentence(strategy);
}

function EarlierDecisions({ decisions }: { decisions: readonly Decision[] }) {
  return (
    <section>
      <h3 className="mb-0.5 text-sm font-medium">Other decisions about it</h3>
      <ul className="divide-y divide-line">
        {decisions.map((decision) => (
          <li key={decision.decision_id} className="flex justify-between gap-4 py-1.5">
            <span className="min-w-0">
              {decision.why.summary}
              {decision.merged_lead !== null && <span className="text-muted"> (of a lead merged into this one)</span>}
            </span>
            <TimeAgo at={decision.decided_at} className="shrink-0 text-muted" />
          </li>
        ))}
      </ul>
    </section>
  );
}

function LoadingWhy() {
  return (
    <div role="status" aria-label="Loading the decision" className="flex flex-col gap-3">
      <Skeleton className="h-5 w-96 max-w-full" />
      <Skeleton className="w-64" />
      <Skeleton className="h-32 w-full" />
    </div>
  );
}
