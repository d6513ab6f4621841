import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";

export type SoundKind = "recording" | "voicemail";

/** A recording or a message, and what decides who may hear it. */
export interface RecordedSound {
  id: string;
  callId: string;
  recordingSid: string | null;
  ready: boolean;
  deleted: boolean;
  leadId: string | null;
  /** Whose call it was, or who is to call back. */
  agentId: string | null;
  /** The agent who has the lead. */
  leadAgentId: string | null;
  queueId: string | null;
}

/** Minutes within which going on in a sound counts as the same listening. */
const SAME_LISTENING_MINUTES = 10;

/** Recorded sound, for those who listen. */
export class RecordedSoundRepository {
  constructor(private readonly db: Db) {}

  async find(kind: SoundKind, id: string): Promise<RecordedSound | undefined> {
    const rows = await this.db.$queryRaw<RecordedSound[]>(
      kind === "recording"
        ? Prisma.sql`
            SELECT r.id::text AS id, r.call_id::text AS "callId", r.recording_sid AS "recordingSid",
              r.status = 'completed' AS ready, r.deleted_at IS NOT NULL AS deleted, c.lead_id::text AS "leadId",
              c.agent_id::text AS "agentId", NULL AS "leadAgentId", NULL AS "queueId"
            FROM call_recordings r JOIN calls c ON c.id = r.call_id WHERE r.id = ${id}::uuid`
        : Prisma.sql`
            SELECT v.id::text AS id, v.call_id::text AS "callId", v.recording_sid AS "recordingSid", true AS ready,
              v.deleted_at IS NOT NULL AS deleted, v.lead_id::text AS "leadId", v.assigned_agent::text AS "agentId",
              l.assigned_agent::text AS "leadAgentId", v.queue_id::text AS "queueId"
            FROM voicemails v LEFT JOIN leads l ON l.id = v.lead_id WHERE v.id = ${id}::uuid`,
    );
    return rows[0];
  }

  /** Whether this person has begun to listen to this sound a moment ago: then going on in it is told already. */
  async listensAlready(tx: Tx, kind: SoundKind, id: string, userId: string): Promise<boolean> {
    const rows = await tx.$queryRaw<{ known: boolean }[]>`
      SELECT EXISTS (SELECT 1 FROM audit_log
        WHERE entity_type = ${kind} AND entity_id = ${id} AND action = ${`${kind}.listened`} AND actor_id = ${userId}
          AND at > evenhand_now() - make_interval(mins => ${SAME_LISTENING_MINUTES}::int)) AS known`;
    return rows[0]?.known ?? false;
  }

  /** Somebody has listened to a message; true for the first one. */
  async heard(tx: Tx, voicemailId: string, userId: string): Promise<boolean> {
    const changed = await tx.$executeRaw`
      UPDATE voicemails SET heard_at = evenhand_now(), heard_by = ${userId}::uuid
      WHERE id = ${voicemailId}::uuid AND heard_at IS NULL`;
    return changed === 1;
  }

  async isMember(agentId: string, queueId: string): Promise<boolean> {
    return (await this.db.queueMembership.count({ where: { agentId, queueId } })) > 0;
  }
}
