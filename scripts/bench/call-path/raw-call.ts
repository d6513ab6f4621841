import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import { newId } from "@/lib/ids";
import { liveRows } from "@/modules/realtime/repositories/live-event.repository";
import type { LiveEventInput } from "@/modules/realtime/topics";
import { bestSingleStatement } from "../raw-claim";

export interface RawCaller {
  queueId: string;
  agentId: string;
  sessionId: string;
}

const { sql } = Prisma;

/**
 * The rows of one call from its arrival to the end of its wrap-up, by six statements, each a transaction: every value is
 * given, nothing is looked up, locked before or checked. What a call's writing cannot be cheaper than.
 */
export async function rawCall(db: Db, { queueId, agentId, sessionId }: RawCaller): Promise<void> {
  const [callId, entryId, offerId] = [newId(), newId(), newId()];
  const call = { callId, queueId, entryId, agentId };
  await db.$executeRaw`/* named bench_arrive */
    WITH taken AS (
      INSERT INTO calls (id, call_sid, direction, from_number, to_number, carrier_status)
      VALUES (${callId}::uuid, ${`CA${callId}`}, 'inbound', '+15550100001', '+15550100000', 'ringing')),
    entered AS (
      INSERT INTO inbound_call_queue (id, call_id, queue_id, order_key, enqueued_at, carrier_queue_sid)
      VALUES (${entryId}::uuid, ${callId}::uuid, ${queueId}::uuid, now(), now(), 'QU1')),
    ${written({ ...call, agentId: null }, null, "waiting")}`;
  await bestSingleStatement(db, {
    ...call,
    offerId,
    sessionId,
    explanation: {},
  });
  const accepted = sql`
    accepted AS (UPDATE call_offers SET status = 'accepted', resolved_at = now() WHERE id = ${offerId}::uuid),
    ordered AS (INSERT INTO carrier_commands (kind, queued_call_id, offer_id, payload, not_before, created_at)
      VALUES ('move_caller', ${entryId}::uuid, ${offerId}::uuid, '{}', now(), now())),`;
  const answered = sql`
    answered AS (UPDATE calls SET answered_at = now(), agent_id = ${agentId}::uuid WHERE id = ${callId}::uuid),`;
  const ended = sql`
    ended AS (UPDATE calls SET ended_at = now(), ended_by = 'caller', carrier_status = 'completed'
      WHERE id = ${callId}::uuid),`;
  const freed = sql`
    freed AS (DELETE FROM agent_call_slots WHERE queued_call_id = ${entryId}::uuid),
    idle AS (UPDATE agents SET last_call_ended_at = now() WHERE id = ${agentId}::uuid),`;
  await move(db, sql`/* named bench_accept */`, call, ["offered", "connecting"], accepted);
  await move(db, sql`/* named bench_talk */`, call, ["connecting", "in_conversation"], answered);
  await move(db, sql`/* named bench_end */`, call, ["in_conversation", "wrap_up"], ended);
  await move(db, sql`/* named bench_done */`, call, ["wrap_up", "done"], freed);
}

interface Mover {
  callId: string;
  queueId: string;
  entryId: string;
  agentId: string | null;
}

async function move(
  db: Db,
  name: Prisma.Sql,
  call: Mover,
  [from, to]: readonly [string, string],
  beside: Prisma.Sql,
): Promise<void> {
  await db.$executeRaw`${name}
    WITH moved AS (UPDATE inbound_call_queue SET state = ${to}::"QueuedCallState", state_since = now()
      WHERE id = ${call.entryId}::uuid),
    ${beside} ${written(call, from, to)}`;
}

/** Event, audit and live events of a move. */
function written({ callId, queueId, entryId, agentId }: Mover, from: string | null, to: string): Prisma.Sql {
  const state = { callId, queueId, state: to };
  const topics: LiveEventInput[] = [
    { topic: "queue", audience: "staff", data: state },
    { topic: "call", audience: "staff", data: state },
    ...(agentId === null
      ? []
      : ([
          { topic: "call", audience: `agent:${agentId}`, data: state },
          { topic: "presence", audience: "staff", data: { agentId } },
          { topic: "presence", audience: `agent:${agentId}`, data: { agentId } },
        ] as const)),
  ];
  return sql`
    told AS (INSERT INTO queued_call_events (queued_call_id, from_state, to_state, reason)
      VALUES (${entryId}::uuid, ${from}, ${to}, 'bench')),
    audited AS (INSERT INTO audit_log (actor_type, actor_label, action, entity_type, entity_id, before, after)
      VALUES ('system', 'bench', 'call.moved', 'call', ${callId}, ${JSON.stringify({ state: from })}::jsonb,
        ${JSON.stringify({ state: to })}::jsonb))
    ${liveRows(topics)}`;
}
