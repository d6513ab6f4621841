import type { Db } from "@/lib/db/client";
import type { Tx } from "@/lib/db/transaction";
import { isId } from "@/lib/ids";

export interface Refusal {
  reason: string;
}

/** Where a call out belongs, and what it shows. */
export interface OutboundDesk {
  queueId: string;
  ringSeconds: number;
  /** The open session of the agent's softphone. */
  sessionId: string | null;
  agentCallerId: string | null;
  queueCallerId: string | null;
}

export interface NewOutbound {
  callId: string;
  entryId: string;
  offerId: string;
  agentId: string;
  sessionId: string;
  queueId: string;
  from: string;
  to: string;
  leadId: string | null;
  offerSeconds: number;
}

/** What a leg bears that has not been dialled. */
export const undialled = (callId: string): string => `call:${callId}`;

/** Calls out: what they need to know before they are placed, and their rows. */
export class OutboundRepository {
  constructor(private readonly db: Db) {}

  /** Why a number must not be called; undefined when it may be. The list is asked first, then leads of that number. */
  async refusal(number: string): Promise<Refusal | undefined> {
    const rows = await this.db.$queryRaw<Refusal[]>`
      SELECT reason FROM do_not_call WHERE number = ${number}
      UNION ALL SELECT 'A lead with this number asked not to be called.' FROM leads
        WHERE phone = ${number} AND disposition = 'do_not_call' AND deleted_at IS NULL LIMIT 1`;
    return rows[0];
  }

  /** The queue of this agent that the call belongs to: the wanted one, or the first. Undefined when there is none. */
  async desk(agentId: string, queue: string | undefined): Promise<OutboundDesk | undefined> {
    const rows = await this.db.$queryRaw<OutboundDesk[]>`
      SELECT k.id::text AS "queueId", k.ring_timeout_seconds AS "ringSeconds", s."id"::text AS "sessionId",
        a.caller_id AS "agentCallerId", k.caller_id AS "queueCallerId"
      FROM queue_memberships m JOIN call_queues k ON k.id = m.queue_id JOIN agents a ON a.id = m.agent_id
        LEFT JOIN agent_sessions s ON s."agentId" = a.id AND s."logoutAt" IS NULL
      WHERE m.agent_id = ${agentId}::uuid AND (${queue ?? null}::text IS NULL OR k.key = ${queue ?? null}
        OR k.id = ${queue !== undefined && isId(queue) ? queue : null}::uuid)
      ORDER BY k.created_at, k.id LIMIT 1`;
    return rows[0];
  }

  async callerIds(): Promise<{ number: string; label: string }[]> {
    return this.db.$queryRaw`SELECT number, label FROM caller_ids ORDER BY label, number LIMIT 200`;
  }

  /** The call, its place, and the offer that its own agent takes. */
  async insert(tx: Tx, call: NewOutbound): Promise<void> {
    await tx.$executeRaw`
      INSERT INTO calls (id, call_sid, direction, from_number, to_number, lead_id, agent_id, flow, carrier_status, started_at)
      VALUES (${call.callId}::uuid, ${undialled(call.callId)}, 'outbound', ${call.from}, ${call.to},
        ${call.leadId}::uuid, ${call.agentId}::uuid, 'enhanced', 'queued', evenhand_now())`;
    await tx.$executeRaw`
      INSERT INTO inbound_call_queue (id, call_id, queue_id, state, agent_id, state_since, order_key, enqueued_at, last_seen_at)
      SELECT ${call.entryId}::uuid, ${call.callId}::uuid, ${call.queueId}::uuid, 'offered', ${call.agentId}::uuid,
        clock.now, clock.now, clock.now, clock.now FROM (SELECT evenhand_now() AS now) clock`;
    await tx.$executeRaw`
      INSERT INTO call_offers (id, queued_call_id, agent_id, session_id, created_at, expires_at, explanation)
      SELECT ${call.offerId}::uuid, ${call.entryId}::uuid, ${call.agentId}::uuid, ${call.sessionId}::uuid, clock.now,
        clock.now + make_interval(secs => ${call.offerSeconds}::float8), '{"why": "you are calling"}'::jsonb
      FROM (SELECT evenhand_now() AS now) clock`;
  }

  /** The leg that was dialled for a call out is its customer's; false when another one is already. */
  async setLeg(tx: Tx, callId: string, callSid: string): Promise<boolean> {
    const set = await tx.$executeRaw`
      UPDATE calls SET call_sid = ${callSid}
      WHERE id = ${callId}::uuid AND call_sid IN (${undialled(callId)}, ${callSid})`;
    return set === 1;
  }
}
