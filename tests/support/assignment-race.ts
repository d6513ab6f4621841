import type { Db } from "@/lib/db/client";
import type { TestAgent } from "./factories/agents";
import type { Client } from "./http";

export interface RaceResult {
  /** Answers by status and code: "200", "409 capacity_exceeded", ... */
  answers: Map<string, number>;
  requests: number;
}

/**
 * Many workers take leads from one list and offer each to agents in an order of their own until one has room. Every
 * `doubled`-th lead is taken by two workers at once. Nothing keeps the workers apart but the product itself.
 */
export async function raceForCapacity(
  client: Pick<Client, "post">,
  leadIds: readonly string[],
  agents: readonly TestAgent[],
  options: { workers: number; doubled: number },
): Promise<RaceResult> {
  const queue = leadIds.flatMap((id, index) => (index % options.doubled === 0 ? [id, id] : [id]));
  const answers = new Map<string, number>();
  let next = 0;
  let requests = 0;
  const work = async (worker: number): Promise<void> => {
    // What a worker was refused once it does not ask for again: nothing makes room in a race.
    const full = new Set<string>();
    for (;;) {
      const place = next;
      next += 1;
      const leadId = queue[place];
      if (leadId === undefined) return;
      for (let attempt = 0; attempt < agents.length; attempt += 1) {
        const agent = agents[(worker * 7 + place + attempt) % agents.length] as TestAgent;
        if (full.has(agent.agentId)) continue;
        const { status, body } = await client.post(`/api/leads/${leadId}/assign`, { agent_email: agent.email });
        requests += 1;
        const answer = status === 200 ? "200" : `${status} ${String(body.code)}`;
        answers.set(answer, (answers.get(answer) ?? 0) + 1);
        if (answer !== "409 capacity_exceeded") break;
        full.add(agent.agentId);
      }
    }
  };
  await Promise.all(Array.from({ length: options.workers }, (_, worker) => work(worker)));
  return { answers, requests };
}

/** What the database holds after a race: each figure has one right value. */
export async function raceOutcome(
  db: Db,
  agents: readonly TestAgent[],
): Promise<{
  assigned: number;
  mostOnOneAgent: number;
  wrongCounters: number;
  decisions: number;
  leadsWithTwoDecisions: number;
  audited: number;
}> {
  const ids = agents.map(({ agentId }) => agentId);
  const [row] = await db.$queryRaw<Record<string, number>[]>`
    WITH mine AS (SELECT id, assigned_agent FROM leads WHERE assigned_agent = ANY (${ids}::uuid[])),
    counted AS (SELECT a.id, a.open_leads, (SELECT count(*) FROM mine m WHERE m.assigned_agent = a.id) AS leads
      FROM agents a WHERE a.id = ANY (${ids}::uuid[])),
    decided AS (SELECT lead_id, count(*) AS times FROM assignment_decisions WHERE agent_id = ANY (${ids}::uuid[])
      GROUP BY lead_id)
    SELECT (SELECT count(*) FROM mine)::int AS "assigned", (SELECT max(leads) FROM counted)::int AS "mostOnOneAgent",
      (SELECT count(*) FROM counted WHERE open_leads <> leads)::int AS "wrongCounters",
      (SELECT coalesce(sum(times), 0) FROM decided)::int AS "decisions",
      (SELECT count(*) FROM decided WHERE times > 1)::int AS "leadsWithTwoDecisions",
      (SELECT count(*) FROM audit_log WHERE action = 'lead.assigned'
        AND entity_id IN (SELECT id::text FROM mine))::int AS "audited"`;
  const { assigned = 0, mostOnOneAgent = 0, wrongCounters = 0 } = row ?? {};
  const { decisions = 0, leadsWithTwoDecisions = 0, audited = 0 } = row ?? {};
  return { assigned, mostOnOneAgent, wrongCounters, decisions, leadsWithTwoDecisions, audited };
}
