import type { Prisma } from "@/lib/db/generated/client";
import { explainManual, MANUAL_POLICY } from "@/modules/leads/domain/manual-assignment";
import type { DemoLead } from "./leads";
import { AGENT_CAPACITY, type DemoAgent } from "./people";
import { openDispositions } from "./wording";

/** An agent or manager as stored. */
export interface Person {
  userId: string;
  email: string;
  name: string;
}

export interface DemoAgentRow extends Person {
  agentId: string;
}

type AgentOf = (agent: DemoAgent) => DemoAgentRow;

export function leadRow(
  lead: DemoLead,
  agentOf: AgentOf,
  teamIds: ReadonlyMap<string, string>,
): Prisma.LeadCreateManyInput {
  const touchedAt = lead.notes[0]?.at ?? lead.disposedAt;
  const lastActivityAt = lastOf([lead.createdAt, lead.assignedAt, lead.disposedAt, ...lead.notes.map(({ at }) => at)]);
  return {
    id: lead.id,
    name: lead.name,
    phone: lead.phone,
    email: lead.email,
    source: lead.source,
    dispositionCode: lead.disposition,
    priority: lead.priority,
    tags: lead.tags,
    assignedAgentId: lead.agent ? agentOf(lead.agent).agentId : null,
    assignedAt: lead.assignedAt,
    followUpOn: lead.followUpOn,
    firstTouchedAt: touchedAt,
    touchedAt,
    teamId: lead.team === null ? null : (teamIds.get(lead.team) ?? null),
    lastActivityAt,
    notesCount: lead.notes.length,
    version: 1 + (lead.agent ? 1 : 0) + lead.notes.length + (lead.disposedAt ? 1 : 0),
    createdAt: lead.createdAt,
    updatedAt: lastActivityAt,
  };
}

export function activityRows(lead: DemoLead, agentOf: AgentOf, manager: Person): Prisma.LeadActivityCreateManyInput[] {
  const entry = (by: Person, type: string, at: Date, data: Prisma.InputJsonObject) => ({
    leadId: lead.id,
    type,
    actorId: by.userId,
    actorLabel: by.email,
    at,
    data,
  });
  const rows = [entry(manager, "created", lead.createdAt, { source: lead.source })];
  if (lead.agent && lead.assignedAt) {
    const agent = agentOf(lead.agent);
    const names = { agent: agent.email, agent_name: agent.name, previous_agent: null, previous_agent_name: null };
    rows.push(entry(manager, "assigned", lead.assignedAt, { ...names, strategy: "manual" }));
    for (const note of lead.notes) rows.push(entry(agent, "note", note.at, { text: note.text }));
    if (lead.disposedAt) {
      rows.push(entry(agent, "disposition", lead.disposedAt, { from: "new", to: lead.disposition }));
    }
  }
  return rows.sort((one, other) => one.at.getTime() - other.at.getTime());
}

/** The decisions by which the leads came to their agents, with each agent's counter as it stood then. */
export function decisionRows(
  leads: readonly DemoLead[],
  agentOf: AgentOf,
  by: Person,
): Prisma.AssignmentDecisionCreateManyInput[] {
  return leads.flatMap((lead) => {
    const { agent, assignedAt } = lead;
    if (!agent || !assignedAt) return [];
    const { agentId } = agentOf(agent);
    const openLeads = leads.filter((other) => other.agent === agent && isOpenAt(other, assignedAt)).length;
    const counters = { openLeads, reserved: 0, maxCapacity: AGENT_CAPACITY };
    const why: object = explainManual({ agentId, ...counters, availability: "active" });
    const how = { strategy: "manual", policyVersion: MANUAL_POLICY, explanation: { ...why } };
    return [{ leadId: lead.id, agentId, ...how, actorId: by.userId, at: assignedAt }];
  });
}

/** Whether an assigned lead had come to its agent before that time, and was not closed by then. */
function isOpenAt({ assignedAt, disposedAt, disposition }: DemoLead, time: Date): boolean {
  if (!assignedAt || assignedAt >= time) return false;
  return disposedAt === null || disposedAt >= time || openDispositions.some((code) => code === disposition);
}

function lastOf(times: readonly (Date | null)[]): Date {
  return new Date(Math.max(...times.filter((time) => time !== null).map((time) => time.getTime())));
}
