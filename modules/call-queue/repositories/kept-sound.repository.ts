import type { Db } from "@/lib/db/client";
import type { Tx } from "@/lib/db/transaction";

/** Days that sounds are kept; null: for ever. */
export interface RecordPolicy {
  recordingDays: number | null;
  voicemailDays: number | null;
}

export interface SoundToDelete {
  of: "recording" | "voicemail";
  id: string;
  callId: string;
  recordingSid: string;
}

/** Hours after which a deletion that the carrier did not carry out is asked for again. */
const ASK_AGAIN_HOURS = 24;

/** How long recorded sound is kept. */
export class KeptSoundRepository {
  constructor(private readonly db: Db) {}

  async policy(executor: Db | Tx = this.db): Promise<RecordPolicy> {
    const row = await executor.callRecordPolicy.findUnique({ where: { id: 1 } });
    return {
      recordingDays: row?.recordingDays ?? null,
      voicemailDays: row?.voicemailDays ?? null,
    };
  }

  /** Locks the policy, writes it, and answers what it was. */
  async setPolicy(tx: Tx, policy: RecordPolicy): Promise<RecordPolicy> {
    await tx.$queryRaw`SELECT 1 FROM call_record_policy WHERE id = 1 FOR UPDATE`;
    const before = await this.policy(tx);
    await tx.$executeRaw`
      UPDATE call_record_policy SET recording_days = ${policy.recordingDays}::int,
        voicemail_days = ${policy.voicemailDays}::int, updated_at = evenhand_now() WHERE id = 1`;
    return before;
  }

  /** Recordings that have been kept long enough, the oldest first: marked, each by one asker only. */
  async claimRecordings(tx: Tx, days: number, limit: number): Promise<SoundToDelete[]> {
    return tx.$queryRaw<SoundToDelete[]>`
      WITH due AS (
        SELECT id FROM call_recordings
        WHERE status = 'completed' AND deleted_at IS NULL AND recording_sid IS NOT NULL
          AND completed_at < evenhand_now() - make_interval(days => ${days}::int)
          AND (delete_requested_at IS NULL
            OR delete_requested_at < evenhand_now() - make_interval(hours => ${ASK_AGAIN_HOURS}::int))
        ORDER BY completed_at LIMIT ${limit}::int FOR UPDATE SKIP LOCKED)
      UPDATE call_recordings r SET delete_requested_at = evenhand_now() FROM due WHERE r.id = due.id
      RETURNING 'recording' AS of, r.id::text AS id, r.call_id::text AS "callId", r.recording_sid AS "recordingSid"`;
  }

  /** The same for messages; what was written down of them goes at once. */
  async claimVoicemails(tx: Tx, days: number, limit: number): Promise<SoundToDelete[]> {
    return tx.$queryRaw<SoundToDelete[]>`
      WITH due AS (
        SELECT id FROM voicemails
        WHERE deleted_at IS NULL AND created_at < evenhand_now() - make_interval(days => ${days}::int)
          AND (delete_requested_at IS NULL
            OR delete_requested_at < evenhand_now() - make_interval(hours => ${ASK_AGAIN_HOURS}::int))
        ORDER BY created_at LIMIT ${limit}::int FOR UPDATE SKIP LOCKED)
      UPDATE voicemails v SET delete_requested_at = evenhand_now(), transcription = NULL FROM due WHERE v.id = due.id
      RETURNING 'voicemail' AS of, v.id::text AS id, v.call_id::text AS "callId", v.recording_sid AS "recordingSid"`;
  }

  /** The carrier has deleted it; false when that is known. */
  async deleted(tx: Tx, of: SoundToDelete["of"], id: string): Promise<{ callId: string } | undefined> {
    const rows =
      of === "recording"
        ? await tx.$queryRaw<{ callId: string }[]>`
            UPDATE call_recordings SET deleted_at = evenhand_now(), media_url = NULL
            WHERE id = ${id}::uuid AND deleted_at IS NULL RETURNING call_id::text AS "callId"`
        : await tx.$queryRaw<{ callId: string }[]>`
            UPDATE voicemails SET deleted_at = evenhand_now(), transcription = NULL
            WHERE id = ${id}::uuid AND deleted_at IS NULL RETURNING call_id::text AS "callId"`;
    return rows[0];
  }
}
