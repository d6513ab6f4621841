import type { Db } from "@/lib/db/client";
import type { Tx } from "@/lib/db/transaction";

export interface NewVoicemail {
  id: string;
  callId: string;
  queueId: string;
  leadId: string | null;
  recordingSid: string;
  url: string;
  durationSeconds: number;
  transcribed: boolean;
}

/** Seconds after which the carrier is asked for a transcription of which nothing was heard, and after which it never comes. */
const OVERDUE_SECONDS = 300;
const GIVE_UP_SECONDS = 3_600;
/** Seconds after a call's end by which every message was told of. */
const UNTOLD_SECONDS = 300;

/** Messages that callers left. */
export class VoicemailRepository {
  constructor(private readonly db: Db) {}

  /** Keeps a message; false when it is known already. */
  async add(tx: Tx, voicemail: NewVoicemail): Promise<boolean> {
    const { id, callId, queueId, leadId, recordingSid, url, durationSeconds, transcribed } = voicemail;
    const added = await tx.$executeRaw`
      INSERT INTO voicemails (id, call_id, queue_id, lead_id, recording_sid, url, duration_seconds, transcription_status,
        created_at)
      VALUES (${id}::uuid, ${callId}::uuid, ${queueId}::uuid, ${leadId}::uuid, ${recordingSid}, ${url},
        ${durationSeconds}::int, CASE WHEN ${transcribed}::boolean THEN 'requested' END, evenhand_now())
      ON CONFLICT (recording_sid) DO NOTHING`;
    return added === 1;
  }

  /** The transcription of a message that was not known yet: kept until the message is. */
  async rememberTranscription(
    tx: Tx,
    recordingSid: string,
    callSid: string | undefined,
    text: string | null,
  ): Promise<void> {
    await tx.$executeRaw`
      INSERT INTO webhook_receipts (dedupe_key, kind, call_sid, payload)
      VALUES (${`transcription:${recordingSid}`}, 'transcription', ${callSid ?? null},
        ${JSON.stringify({ text })}::jsonb)
      ON CONFLICT (dedupe_key) DO NOTHING`;
  }

  /** Gives a message that has become known the transcription that came before it. */
  async takeTranscription(tx: Tx, id: string, recordingSid: string): Promise<void> {
    await tx.$executeRaw`
      WITH early AS (
        DELETE FROM webhook_receipts WHERE dedupe_key = ${`transcription:${recordingSid}`} RETURNING payload)
      UPDATE voicemails v SET transcription = early.payload->>'text', transcribed_at = evenhand_now(),
        transcription_status = CASE WHEN early.payload->>'text' IS NULL THEN 'failed' ELSE 'completed' END
      FROM early WHERE v.id = ${id}::uuid`;
  }

  /** News of one recording come one after the other until the transaction ends. */
  async hold(tx: Tx, recordingSid: string): Promise<void> {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${recordingSid}, 0))`;
  }

  async isKnown(tx: Tx, recordingSid: string): Promise<boolean> {
    const rows = await tx.$queryRaw<{ known: boolean }[]>`
      SELECT EXISTS (SELECT 1 FROM voicemails WHERE recording_sid = ${recordingSid}) AS known`;
    return rows[0]?.known ?? false;
  }

  /** Messages whose transcription is overdue, the longest waiting first. */
  async untranscribed(limit: number): Promise<{ recordingSid: string; giveUp: boolean }[]> {
    return this.db.$queryRaw<{ recordingSid: string; giveUp: boolean }[]>`
      SELECT recording_sid AS "recordingSid",
        created_at < evenhand_now() - make_interval(secs => ${GIVE_UP_SECONDS}::float8) AS "giveUp"
      FROM voicemails WHERE transcription_status = 'requested' AND delete_requested_at IS NULL
        AND created_at < evenhand_now() - make_interval(secs => ${OVERDUE_SECONDS}::float8)
      ORDER BY created_at LIMIT ${limit}::int`;
  }

  /**
   * Calls that ended where a message could be left and of which none is known, once the longest message would be over:
   * in a line without a queue the caller speaks on when the call has ended for its agents.
   */
  async untold(limit: number): Promise<{ entryId: string; callSid: string; transcribes: boolean }[]> {
    return this.db.$queryRaw<{ entryId: string; callSid: string; transcribes: boolean }[]>`
      SELECT q.id::text AS "entryId", c.call_sid AS "callSid", k.transcribe_messages AS transcribes
      FROM inbound_call_queue q JOIN calls c ON c.id = q.call_id JOIN call_queues k ON k.id = q.queue_id
      WHERE q.state IN ('voicemail', 'overflowed') AND NOT q.message_settled
        AND c.ended_at < evenhand_now() - make_interval(secs => ${UNTOLD_SECONDS}::float8)
        AND NOT EXISTS (SELECT FROM voicemails v WHERE v.call_id = c.id)
      ORDER BY q.state_since DESC LIMIT ${limit}::int`;
  }

  /** The carrier has said whether there is a message: it is not looked for any more. */
  async settleUntold(entryId: string): Promise<void> {
    await this.db.$executeRaw`UPDATE inbound_call_queue SET message_settled = true WHERE id = ${entryId}::uuid`;
  }

  /** "Message waiting" in the lead's timeline; answers whom the lead is assigned to. */
  async addToTimeline(
    tx: Tx,
    leadId: string,
    data: { callId: string; voicemailId: string; from: string; durationSeconds: number },
  ): Promise<string | null> {
    const leads = await tx.$queryRaw<{ assignedAgentId: string | null }[]>`
      UPDATE leads SET last_activity_at = evenhand_now(), updated_at = evenhand_now(), version = version + 1
      WHERE id = ${leadId}::uuid RETURNING assigned_agent::text AS "assignedAgentId"`;
    await tx.$executeRaw`
      INSERT INTO lead_activities (lead_id, type, actor_id, actor_label, data, at)
      VALUES (${leadId}::uuid, 'voicemail', NULL, 'caller', ${JSON.stringify(data)}::jsonb, evenhand_now())`;
    return leads[0]?.assignedAgentId ?? null;
  }
}
