"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Select } from "@/components/ui/select";
import { Skeleton } from "@/components/ui/skeleton";
import { inWords } from "@/lib/client/problem";
import { agentsQuery } from "@/modules/agents/components/agent-queries";
import type { Decision } from "../decisions.schemas";
import { decisionsQuery } from "./lead-queries";

/** Why a decision did not fall on somebody else. */
export function WhyNot({ leadId, decision }: { leadId: string; decision: Decision }) {
  const agents = useQuery(agentsQuery);
  const [email, setEmail] = useState<string>();
  const others = (agents.data?.agents ?? [])
    .filter(({ agent_id }) => agent_id !== decision.agent)
    .toSorted((one, other) => one.name.localeCompare(other.name));
  return (
    <section className="flex flex-col gap-1.5">
      <div className="flex items-center gap-2">
        <h3 className="text-sm font-medium">Why not</h3>
        <Select
          size="sm"
          label="Why not"
          placeholder="somebody else?"
          className="w-48"
          value={email}
          onChange={setEmail}
          options={others.map(({ agent_id, name }) => ({ value: agent_id, label: name }))}
        />
      </div>
      <div aria-live="polite">
        {email !== undefined && <Answer leadId={leadId} decisionId={decision.decision_id} email={email} />}
      </div>
    </section>
  );
}

function Answer({ leadId, decisionId, email }: { leadId: string; decisionId: string; email: string }) {
  const asked = useQuery(decisionsQuery(leadId, email));
  if (asked.isPending) return <Skeleton className="w-80 max-w-full" />;
  if (asked.isError) return <p className="text-danger-text">{inWords(asked.error)}</p>;
  return (
    <p>{asked.data.find((each) => each.decision_id === decisionId)?.why.not?.summary ?? "Nothing is kept about it."}</p>
  );
}
