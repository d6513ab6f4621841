import type { Db } from "@/lib/db/client";
import type { Tx } from "@/lib/db/transaction";

export interface KnownCaller {
  callSid: string;
  entryId: string;
  state: string;
  agentCallSid: string | null;
}

/** What our rows say of legs that are up at the carrier, and of slots. */
export class CensusRepository {
  constructor(private readonly db: Db) {}

  /** Names of the queues that are ours. */
  async queueKeys(): Promise<Set<string>> {
    const rows = await this.db.callQueue.findMany({ select: { key: true } });
    return new Set(rows.map((row) => row.key));
  }

  /** The callers among these legs. */
  async callers(callSids: readonly string[]): Promise<KnownCaller[]> {
    return this.db.$queryRaw<KnownCaller[]>`
      SELECT c.call_sid AS "callSid", q.id::text AS "entryId", q.state::text AS state,
        q.agent_call_sid AS "agentCallSid"
      FROM calls c JOIN inbound_call_queue q ON q.call_id = c.id WHERE c.call_sid = ANY (${callSids as string[]})`;
  }

  /**
   * Of these legs to softphones, those whose offer is over: ended without an answer, or accepted for a conversation
   * that has ended. A leg of which no offer is known is not judged: it may be somebody's own call.
   */
  async legsWithoutOffer(legs: readonly { callSid: string; offerId: string | undefined }[]): Promise<Set<string>> {
    const rows = await this.db.$queryRaw<{ callSid: string }[]>`
      SELECT l.call_sid AS "callSid"
      FROM jsonb_to_recordset(${JSON.stringify(
        legs.map(({ callSid, offerId }) => ({ call_sid: callSid, offer_id: offerId ?? null })),
      )}::jsonb) AS l(call_sid text, offer_id text)
        JOIN call_offers o ON o.agent_call_sid = l.call_sid OR o.id::text = l.offer_id
        JOIN inbound_call_queue q ON q.id = o.queued_call_id
      GROUP BY l.call_sid
      HAVING bool_and(o.status IN ('declined', 'missed', 'cancelled', 'failed')
        OR (o.status = 'accepted' AND q.state NOT IN ('waiting', 'offered', 'connecting', 'in_conversation')))`;
    return new Set(rows.map((row) => row.callSid));
  }

  /** Slots held by calls that hold nobody any more. */
  async idleSlots(limit: number): Promise<string[]> {
    const rows = await this.db.$queryRaw<{ entryId: string }[]>`
      SELECT s.queued_call_id::text AS "entryId" FROM agent_call_slots s
        JOIN inbound_call_queue q ON q.id = s.queued_call_id
      WHERE q.state NOT IN ('waiting', 'offered', 'connecting', 'in_conversation', 'wrap_up')
        AND q.state_since < evenhand_now() - interval '5 seconds'
      ORDER BY s.since LIMIT ${limit}::int`;
    return rows.map((row) => row.entryId);
  }

  /** Frees the slots of a locked call that is over. */
  async freeSlots(tx: Tx, entryId: string): Promise<number> {
    return tx.$executeRaw`
      DELETE FROM agent_call_slots s USING inbound_call_queue q
      WHERE s.queued_call_id = ${entryId}::uuid AND q.id = s.queued_call_id
        AND q.state NOT IN ('waiting', 'offered', 'connecting', 'in_conversation', 'wrap_up')`;
  }
}
