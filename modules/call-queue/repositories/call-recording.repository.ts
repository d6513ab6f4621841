import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import type { CarrierRecording, RecordingStatus } from "../domain/recordings";

export interface RecordingRow {
  id: string;
  callId: string;
  talkId: string;
  status: RecordingStatus;
  pausedByAgent: boolean;
  /** Of a call without a queue: it is recorded on the caller's leg, others in their conference. */
  lineSid: string | null;
}

/** A recording that was not heard of. */
export interface UntoldRecording {
  talkId: string;
  entryId: string;
  lineSid: string | null;
}

const columns = Prisma.sql`
  r.id::text AS id, r.call_id::text AS "callId", r.talk_id::text AS "talkId", r.status,
  r.paused_by_agent AS "pausedByAgent", CASE WHEN c.flow = 'legacy' THEN c.call_sid END AS "lineSid"`;

/** Seconds after the end of a conversation by which its recording should have been heard of. */
const UNTOLD_SECONDS = 60;

/** Recordings of conversations, one a conference. */
export class CallRecordingRepository {
  constructor(private readonly db: Db) {}

  /** The carrier will be asked to record this conversation; harmless when that is known. */
  async plan(tx: Tx, recording: { id: string; callId: string; talkId: string }): Promise<void> {
    const { id, callId, talkId } = recording;
    await tx.$executeRaw`
      INSERT INTO call_recordings (id, call_id, talk_id, status, started_at)
      VALUES (${id}::uuid, ${callId}::uuid, ${talkId}::uuid, 'planned', evenhand_now())
      ON CONFLICT (talk_id) DO NOTHING`;
  }

  /** What was planned for a conversation that never began is forgotten. */
  async drop(tx: Tx, callId: string): Promise<void> {
    await tx.$executeRaw`
      DELETE FROM call_recordings WHERE call_id = ${callId}::uuid AND status = 'planned' AND recording_sid IS NULL`;
  }

  async ofTalk(talkId: string, executor: Db | Tx = this.db): Promise<RecordingRow | undefined> {
    const rows = await executor.$queryRaw<RecordingRow[]>`/* named recording_of_talk */
      SELECT ${columns} FROM call_recordings r JOIN calls c ON c.id = r.call_id WHERE r.talk_id = ${talkId}::uuid`;
    return rows[0];
  }

  /** What the agent wants; false when it was wanted already, or the recording is over. */
  async want(tx: Tx, talkId: string, paused: boolean): Promise<boolean> {
    const changed = await tx.$executeRaw`
      UPDATE call_recordings SET paused_by_agent = ${paused}
      WHERE talk_id = ${talkId}::uuid AND paused_by_agent <> ${paused} AND status IN ('planned', 'recording', 'paused')`;
    return changed === 1;
  }

  /** The carrier pauses or records; false when that was known, or the recording is over. */
  async standsAt(tx: Tx, talkId: string, paused: boolean): Promise<boolean> {
    const changed = await tx.$executeRaw`
      UPDATE call_recordings SET status = ${paused ? "paused" : "recording"}
      WHERE talk_id = ${talkId}::uuid AND status IN ('planned', 'recording', 'paused')
        AND status <> ${paused ? "paused" : "recording"}`;
    return changed === 1;
  }

  /** The order to pause or go on cannot be carried out: what is wanted is what is. */
  async wantWhatIs(tx: Tx, talkId: string): Promise<void> {
    await tx.$executeRaw`
      UPDATE call_recordings SET paused_by_agent = (status = 'paused') WHERE talk_id = ${talkId}::uuid`;
  }

  /** The carrier has begun to record; false when that is known, or over. */
  async begun(tx: Tx, talkId: string, about: CarrierRecording): Promise<boolean> {
    const { recordingSid, conferenceSid } = about;
    const changed = await tx.$executeRaw`
      UPDATE call_recordings SET recording_sid = ${recordingSid}, conference_sid = ${conferenceSid},
        status = CASE status WHEN 'planned' THEN 'recording' ELSE status END,
        started_at = CASE status WHEN 'planned' THEN evenhand_now() ELSE started_at END
      WHERE talk_id = ${talkId}::uuid AND recording_sid IS NULL AND status IN ('planned', 'recording', 'paused')`;
    return changed === 1;
  }

  /** It is over, once, whatever was heard of it before. */
  async ended(tx: Tx, talkId: string, about: CarrierRecording): Promise<boolean> {
    const { recordingSid, conferenceSid, durationSeconds } = about;
    const changed = await tx.$executeRaw`
      UPDATE call_recordings SET recording_sid = ${recordingSid},
        conference_sid = coalesce(${conferenceSid}, conference_sid),
        status = ${about.status === "absent" ? "absent" : "completed"}, completed_at = evenhand_now(),
        duration_seconds = ${durationSeconds}::int
      WHERE talk_id = ${talkId}::uuid AND status IN ('planned', 'recording', 'paused')`;
    return changed === 1;
  }

  /** The carrier knows of none, or never heard of the conference. */
  async none(tx: Tx, talkId: string): Promise<boolean> {
    const changed = await tx.$executeRaw`
      UPDATE call_recordings SET status = 'absent', completed_at = evenhand_now()
      WHERE talk_id = ${talkId}::uuid AND status IN ('planned', 'recording', 'paused')`;
    return changed === 1;
  }

  /**
   * Recordings whose conversation has been over for a minute and whose end was not told, the longest first; `entryId`
   * is the call they belong to.
   */
  async untold(limit: number): Promise<UntoldRecording[]> {
    return this.db.$queryRaw<UntoldRecording[]>`
      SELECT r.talk_id::text AS "talkId", q.id::text AS "entryId",
        CASE WHEN c.flow = 'legacy' THEN c.call_sid END AS "lineSid"
      FROM call_recordings r JOIN inbound_call_queue q ON q.call_id = r.call_id JOIN calls c ON c.id = r.call_id
      WHERE r.status IN ('planned', 'recording', 'paused')
        AND r.started_at < evenhand_now() - make_interval(secs => ${UNTOLD_SECONDS}::float8)
        AND (q.talk_id IS DISTINCT FROM r.talk_id
          OR c.ended_at < evenhand_now() - make_interval(secs => ${UNTOLD_SECONDS}::float8))
      ORDER BY r.started_at LIMIT ${limit}::int`;
  }
}
