"use client";

import { Banner } from "@/components/ui/banner";
import { CapacityBar } from "@/components/ui/meter";
import { inWords, ProblemError } from "@/lib/client/problem";
import { capacitySchema } from "../schemas";

/** Refusals that a manager may pass by, with a reason that is kept. */
export function canOverride({ code, members }: ProblemError): boolean {
  return (code === "capacity_exceeded" || code === "agent_unavailable") && members.reason !== "disabled";
}

/** Why an assignment was refused: the server's words and the agent's load. */
export function AssignRefusal({ error, overridable }: { error: Error; overridable: boolean }) {
  const load = error instanceof ProblemError ? capacitySchema.safeParse(error.members.agent_capacity) : undefined;
  return (
    <Banner tone={overridable ? "caution" : "danger"}>
      <p>{inWords(error)}</p>
      {load?.success && (
        <CapacityBar current={load.data.current} max={load.data.max} label="Open leads" className="mt-2 max-w-56" />
      )}
    </Banner>
  );
}
