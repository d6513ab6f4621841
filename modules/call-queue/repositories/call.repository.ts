import type { Tx } from "@/lib/db/transaction";
import type { AnsweredBy } from "../domain/answering-machines";
import { Prisma } from "@/lib/db/generated/client";
import type { FlagArms } from "@/lib/types/flags";

export interface CallerLead {
  leadId: string;
  priority: "normal" | "high" | "urgent";
}

/** A call's row as it was written first. */
export interface TakenCall {
  id: string;
  flow: "enhanced" | "legacy";
  arms: Prisma.JsonValue;
  isNew: boolean;
}

/** A call at its end. */
export interface EndedCall {
  durationSeconds: number;
  /** Null when nobody answered. */
  talkSeconds: number | null;
  agentId: string | null;
  disposition: string | null;
  note: string | null;
}

/** Rows of calls: the customer's call itself, apart from its place in a queue. */
export class CallRepository {
  /**
   * The call's row, added unless it is known already, and held until the transaction ends: the same call announced twice
   * at once enters once. What is known keeps its flow and its arms.
   */
  async take(
    tx: Tx,
    call: {
      id: string;
      callSid: string;
      from: string;
      to: string;
      leadId: string | undefined;
      carrierStatus: string;
      flow: "enhanced" | "legacy";
      arms: FlagArms;
    },
  ): Promise<TakenCall> {
    const inserted = await tx.$executeRaw`/* named insert_call */
      INSERT INTO calls (id, call_sid, direction, from_number, to_number, lead_id, flow, arms, carrier_status, started_at)
      VALUES (${call.id}::uuid, ${call.callSid}, 'inbound', ${call.from}, ${call.to}, ${call.leadId ?? null}::uuid,
        ${call.flow}, ${JSON.stringify(call.arms)}::jsonb, ${call.carrierStatus}, evenhand_now())
      ON CONFLICT (call_sid) DO NOTHING`;
    if (inserted === 1) return { id: call.id, flow: call.flow, arms: { ...call.arms }, isNew: true };
    const rows = await tx.$queryRaw<Omit<TakenCall, "isNew">[]>`/* named lock_customer_call */
      SELECT id::text AS id, flow, arms FROM calls WHERE call_sid = ${call.callSid} FOR NO KEY UPDATE`;
    const [row] = rows;
    if (!row) throw new Error(`Call ${call.callSid} was not written`);
    return { ...row, isNew: false };
  }

  /** The lead that has this number; of several the one that was active last. */
  async findLead(tx: Tx, phone: string): Promise<CallerLead | undefined> {
    const rows = await tx.$queryRaw<CallerLead[]>`/* named find_lead_of_caller */
      SELECT id::text AS "leadId", priority::text AS priority FROM leads
      WHERE phone = ${phone} AND deleted_at IS NULL
      ORDER BY coalesce(last_activity_at, created_at) DESC, id DESC LIMIT 1`;
    return rows[0];
  }

  /** What the caller is spoken to in from now on, whatever their queue's language is. */
  async speak(tx: Tx, callId: string, language: string): Promise<void> {
    await tx.$executeRaw`UPDATE calls SET language = ${language} WHERE id = ${callId}::uuid`;
  }

  async setCarrierStatus(tx: Tx, callId: string, status: string): Promise<void> {
    await tx.$executeRaw`/* named set_carrier_status */UPDATE calls SET carrier_status = ${status} WHERE id = ${callId}::uuid`;
  }

  /** The first agent to speak with the caller answers the call; the last one owns it. */
  async answered(tx: Tx, callId: string, agentId: string): Promise<void> {
    await tx.$executeRaw`/* named call_answered */
      UPDATE calls SET answered_at = coalesce(answered_at, evenhand_now()), agent_id = ${agentId}::uuid
      WHERE id = ${callId}::uuid`;
  }

  /** Who answered this call out; false when that is known already. */
  async answeredBy(tx: Tx, callId: string, who: AnsweredBy): Promise<boolean> {
    const changed = await tx.$executeRaw`
      UPDATE calls SET answered_by = ${who} WHERE id = ${callId}::uuid AND answered_by IS NULL`;
    return changed === 1;
  }

  /** Ends the call once; answers its times when this was the moment, undefined when it had ended before. */
  async end(tx: Tx, callId: string, endedBy: string): Promise<EndedCall | undefined> {
    const rows = await tx.$queryRaw<EndedCall[]>`/* named end_call */
      UPDATE calls SET ended_at = evenhand_now(), ended_by = ${endedBy}
      WHERE id = ${callId}::uuid AND ended_at IS NULL
      RETURNING extract(epoch FROM ended_at - started_at)::float8 AS "durationSeconds",
        extract(epoch FROM ended_at - answered_at)::float8 AS "talkSeconds", agent_id::text AS "agentId",
        disposition, note`;
    return rows[0];
  }

  async setWrapUp(
    tx: Tx,
    callId: string,
    wrapUp: { disposition: string | undefined; note: string | undefined },
  ): Promise<void> {
    await tx.$executeRaw`
      UPDATE calls SET disposition = coalesce(${wrapUp.disposition ?? null}, disposition),
        note = coalesce(${wrapUp.note ?? null}, note)
      WHERE id = ${callId}::uuid`;
  }

  /** A leg's end that arrived before the call itself was known. */
  async rememberEnd(tx: Tx, callSid: string, payload: Prisma.InputJsonObject): Promise<void> {
    await tx.$executeRaw`
      INSERT INTO webhook_receipts (dedupe_key, kind, call_sid, payload)
      VALUES (${`ended:${callSid}`}, 'status', ${callSid}, ${JSON.stringify(payload)}::jsonb)
      ON CONFLICT (dedupe_key) DO NOTHING`;
  }

  async hasEnded(tx: Tx, callSid: string): Promise<boolean> {
    const rows = await tx.$queryRaw<{ found: boolean }[]>`/* named has_call_ended */
      SELECT EXISTS (SELECT 1 FROM webhook_receipts WHERE dedupe_key = ${`ended:${callSid}`}) AS found`;
    return rows[0]?.found ?? false;
  }
}
