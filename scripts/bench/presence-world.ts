import type { Db } from "@/lib/db/client";
import type { DeviceFacts } from "@/modules/agents/domain/device-readiness";
import type { PlainBeat } from "@/modules/agents/repositories/agent-session.repository";
import { dispatchWorld } from "./dispatch-world";

export interface PresenceWorld {
  queueId: string;
  agentIds: string[];
}

/** What the softphone reports with every beat. */
export const REPORT: DeviceFacts = {
  registered: true,
  visibility: "visible",
  mos: 4.2,
  rttMs: 38,
  jitterMs: 2,
  lossPercent: 0,
  problems: [],
};

/**
 * A queue with very many agents signed in and available, of whom all but `free` talk to somebody, and `waiting` callers
 * in line.
 */
export async function presenceWorld(
  db: Db,
  { agents, free, waiting }: { agents: number; free: number; waiting: number },
): Promise<PresenceWorld> {
  const talking = agents - free;
  const { queueId, agentIds } = await dispatchWorld(db, { agents, callers: talking + waiting });
  await db.$executeRaw`
    UPDATE agent_sessions SET status = 'available', choice = 'available', "lastHeartbeat" = evenhand_now(),
      device = ${JSON.stringify(REPORT)}::jsonb`;
  const busy = agentIds.slice(0, talking);
  await db.$executeRaw`
    INSERT INTO agent_call_slots (agent_id, slot, queued_call_id)
    SELECT a.id, 0, q.id
    FROM (SELECT id, row_number() OVER () AS n FROM unnest(${busy}::uuid[]) AS a(id)) a
      JOIN (SELECT id, row_number() OVER () AS n FROM inbound_call_queue) q USING (n)`;
  await db.$executeRaw`
    UPDATE inbound_call_queue q SET state = 'in_conversation', connected_at = now(), agent_id = c.agent_id
    FROM agent_call_slots c WHERE c.queued_call_id = q.id`;
  // As a database stands that has been in use: autovacuum has been there, updates find room on their pages.
  await db.$executeRaw`VACUUM FULL agent_sessions`;
  await db.$executeRaw`VACUUM ANALYZE`;
  return { queueId, agentIds };
}

/** The beat that a softphone sends every 30 s when nothing has changed. */
export function plainBeat(agentId: string): PlainBeat {
  return {
    agentId,
    clientId: "bench",
    choice: "available",
    deviceConnected: true,
    device: REPORT,
  };
}
