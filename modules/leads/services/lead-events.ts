import type { LiveEventInput } from "@/modules/realtime/topics";

/** Tells those who see a lead that it changed: staff, and the agents who have or had it; everyone when nobody does. */
export function leadChanged(leadId: string, ...agentIds: (string | null)[]): LiveEventInput[] {
  const owners = new Set(agentIds);
  return [...owners].map((agentId) => ({
    topic: "lead",
    audience: agentId === null ? "everyone" : `agent:${agentId}`,
    data: { leadId },
  }));
}

/** Tells that agents' load changed. */
export function agentsChanged(agentIds: Iterable<string | null>): LiveEventInput[] {
  return [...new Set(agentIds)]
    .filter((agentId) => agentId !== null)
    .map((agentId) => ({ topic: "agent", audience: `agent:${agentId}`, data: { agentId } }));
}

/** Tells that many leads changed at once: lists read themselves anew. */
export function manyLeadsChanged(count: number): LiveEventInput {
  return { topic: "lead", audience: "everyone", data: { many: count } };
}
