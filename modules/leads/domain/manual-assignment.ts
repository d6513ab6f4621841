/** An agent a person chose, as the assignment found them under their lock. */
export interface ChosenAgent {
  agentId: string;
  openLeads: number;
  /** Places that plans under way had been promised. */
  reserved: number;
  maxCapacity: number;
  availability: string;
}

/** The policy by which a person's choice is checked, and explained. */
export const MANUAL_POLICY = "manual-2";

/** What stood in the way of the choice and was overridden. */
export interface Overridden {
  kind: "agent_unavailable" | "capacity_exceeded";
  /** away, busy, offline; or full. */
  reason: string;
}

interface Counters {
  openLeads: number;
  reserved: number;
  maxCapacity: number;
}

export interface ManualExplanation {
  candidates: [ChosenAgent];
  excluded: [];
  overridden: Overridden[];
  before: Counters;
  after: Counters;
  seed: null;
}

/**
 * Why a person's choice of an agent could stand: the agent's counters before and after, and what was overridden. The
 * assignment writes the same in SQL, under the agent's lock; replay derives it from the stored counters again.
 */
export function explainManual(agent: ChosenAgent): ManualExplanation {
  const { agentId, openLeads, reserved, maxCapacity, availability } = agent;
  const overridden: Overridden[] = [];
  if (availability !== "active") overridden.push({ kind: "agent_unavailable", reason: availability });
  if (openLeads + reserved >= maxCapacity) overridden.push({ kind: "capacity_exceeded", reason: "full" });
  return {
    candidates: [{ agentId, openLeads, reserved, maxCapacity, availability }],
    excluded: [],
    overridden,
    before: { openLeads, reserved, maxCapacity },
    after: { openLeads: openLeads + 1, reserved, maxCapacity },
    seed: null,
  };
}

/** As explainManual(), as it was written under policy leads-1: without promised places, and with the agent's cursor. */
export function explainManual1(agent: Omit<ChosenAgent, "reserved"> & { lastAssignedAt: number | null }): object {
  const { agentId, openLeads, maxCapacity, availability, lastAssignedAt } = agent;
  const { overridden } = explainManual({ ...agent, reserved: 0 });
  return {
    candidates: [{ agentId, openLeads, maxCapacity, availability, lastAssignedAt }],
    excluded: [],
    overridden,
    before: { openLeads, maxCapacity },
    after: { openLeads: openLeads + 1, maxCapacity },
    seed: null,
  };
}
