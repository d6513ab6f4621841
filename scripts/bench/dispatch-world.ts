import type { Db } from "@/lib/db/client";
import { newId } from "@/lib/ids";

export interface DispatchWorld {
  queueId: string;
  agentIds: string[];
}

/**
 * A queue with signed-in agents and callers in line, in set-based SQL. Agents are on a break: the bench makes them ready
 * one by one. Callers have waited between a second and an hour, a tenth of them with a head start.
 */
export async function dispatchWorld(db: Db, input: { agents: number; callers: number }): Promise<DispatchWorld> {
  const queueId = newId();
  await db.callQueue.create({
    data: { id: queueId, key: `bench-${queueId.slice(-8)}`, name: "Bench" },
  });
  const agentIds = Array.from({ length: input.agents }, () => newId());
  const userIds = agentIds.map(() => newId());
  const sessionIds = agentIds.map(() => newId());
  await db.$executeRaw`
    INSERT INTO users (id, email, name, role, password_hash)
    SELECT u, 'bench-' || u || '@evenhand.test', 'Bench', 'agent', 'none' FROM unnest(${userIds}::uuid[]) u`;
  await db.$executeRaw`
    INSERT INTO agents (id, user_id) SELECT a, u FROM unnest(${agentIds}::uuid[], ${userIds}::uuid[]) x(a, u)`;
  await db.$executeRaw`
    INSERT INTO queue_memberships (queue_id, agent_id) SELECT ${queueId}::uuid, a FROM unnest(${agentIds}::uuid[]) a`;
  await db.$executeRaw`
    INSERT INTO agent_sessions (id, "agentId", "clientId", status, "deviceConnected", "lastHeartbeat")
    SELECT s, a, 'bench', 'break', true, now() + interval '1 hour'
    FROM unnest(${sessionIds}::uuid[], ${agentIds}::uuid[]) x(s, a)`;
  await addCallers(db, queueId, input.callers);
  await db.$executeRaw`ANALYZE`;
  return { queueId, agentIds };
}

/** Further callers at the end of the line. */
export async function addCallers(db: Db, queueId: string, count: number): Promise<void> {
  const callIds = Array.from({ length: count }, () => newId());
  const entryIds = callIds.map(() => newId());
  await db.$executeRaw`
    INSERT INTO calls (id, call_sid, direction, from_number, to_number, carrier_status)
    SELECT c, 'CA' || replace(c::text, '-', ''), 'inbound', '+15550100001', '+15550100000', 'in-progress'
    FROM unnest(${callIds}::uuid[]) c`;
  await db.$executeRaw`
    INSERT INTO inbound_call_queue (id, call_id, queue_id, order_key, enqueued_at, carrier_queue_sid)
    SELECT e, c, ${queueId}::uuid, at - CASE WHEN random() < 0.1 THEN interval '300 seconds' ELSE interval '0' END, at, 'QU1'
    FROM (SELECT e, c, now() - random() * interval '1 hour' AS at
      FROM unnest(${entryIds}::uuid[], ${callIds}::uuid[]) x(e, c)) y`;
}

/** Agents are free again, and their calls out of the line, as if they had talked: so that the bench can go on. */
export async function finishCalls(db: Db, agentIds: readonly string[]): Promise<void> {
  await db.$executeRaw`
    UPDATE call_offers SET status = 'accepted', resolved_at = now()
    WHERE status = 'open' AND agent_id = ANY (${agentIds as string[]}::uuid[])`;
  await db.$executeRaw`
    UPDATE inbound_call_queue SET state = 'done'
    WHERE id IN (SELECT queued_call_id FROM agent_call_slots WHERE agent_id = ANY (${agentIds as string[]}::uuid[]))`;
  await db.$executeRaw`DELETE FROM agent_call_slots WHERE agent_id = ANY (${agentIds as string[]}::uuid[])`;
  await db.$executeRaw`
    UPDATE agent_sessions SET status = 'break' WHERE "agentId" = ANY (${agentIds as string[]}::uuid[])`;
}
