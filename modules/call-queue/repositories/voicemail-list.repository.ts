import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";

/** A message as lists show it, flat. */
export interface VoicemailRow {
  voicemailId: string;
  callId: string;
  from: string;
  leadId: string | null;
  leadName: string | null;
  leadAgentId: string | null;
  queueId: string | null;
  queueName: string | null;
  durationSeconds: number;
  transcription: string | null;
  transcriptionStatus: string | null;
  agentId: string | null;
  agentEmail: string | null;
  agentName: string | null;
  heardAt: Date | null;
  doneAt: Date | null;
  deleted: boolean;
  createdAt: Date;
}

export interface VoicemailFilter {
  state: "open" | "unheard" | "done" | "all";
  /** Only what this agent may see. */
  forAgent: string | undefined;
  before: { createdAt: Date; id: string } | undefined;
  limit: number;
}

const columns = Prisma.sql`
  v.id::text AS "voicemailId", v.call_id::text AS "callId", c.from_number AS "from", l.id::text AS "leadId",
  l.name AS "leadName", l.assigned_agent::text AS "leadAgentId", v.queue_id::text AS "queueId", k.name AS "queueName",
  v.duration_seconds AS "durationSeconds", v.transcription, v.transcription_status AS "transcriptionStatus",
  v.assigned_agent::text AS "agentId", u.email AS "agentEmail", u.name AS "agentName", v.heard_at AS "heardAt",
  v.done_at AS "doneAt", v.deleted_at IS NOT NULL AS deleted, v.created_at AS "createdAt"`;

const tables = Prisma.sql`
  voicemails v JOIN calls c ON c.id = v.call_id LEFT JOIN leads l ON l.id = v.lead_id
  LEFT JOIN call_queues k ON k.id = v.queue_id LEFT JOIN agents a ON a.id = v.assigned_agent
  LEFT JOIN users u ON u.id = a.user_id`;

/** Theirs: given to them, from somebody who is their lead, or free in a queue they serve. */
const visibleTo = (agentId: string): Prisma.Sql => Prisma.sql`
  (v.assigned_agent = ${agentId}::uuid OR l.assigned_agent = ${agentId}::uuid
    OR (v.assigned_agent IS NULL AND v.queue_id IN
      (SELECT m.queue_id FROM queue_memberships m WHERE m.agent_id = ${agentId}::uuid)))`;

const STATES: Readonly<Record<VoicemailFilter["state"], Prisma.Sql>> = {
  open: Prisma.sql`v.done_at IS NULL`,
  unheard: Prisma.sql`v.done_at IS NULL AND v.heard_at IS NULL`,
  done: Prisma.sql`v.done_at IS NOT NULL`,
  all: Prisma.sql`true`,
};

/** Messages that callers left, as people work through them. */
export class VoicemailListRepository {
  constructor(private readonly db: Db) {}

  /** Newest first, by keyset. */
  async list({ state, forAgent, before, limit }: VoicemailFilter): Promise<VoicemailRow[]> {
    const conditions = [STATES[state]];
    if (forAgent !== undefined) conditions.push(visibleTo(forAgent));
    if (before) {
      conditions.push(Prisma.sql`(v.created_at, v.id) < (${before.createdAt}::timestamptz, ${before.id}::uuid)`);
    }
    return this.db.$queryRaw<VoicemailRow[]>`
      SELECT ${columns} FROM ${tables} WHERE ${Prisma.join(conditions, " AND ")}
      ORDER BY v.created_at DESC, v.id DESC LIMIT ${limit}::int`;
  }

  /** One message, when this agent may see it (undefined: anybody's). */
  async find(id: string, forAgent: string | undefined, executor: Db | Tx = this.db): Promise<VoicemailRow | undefined> {
    const mine = forAgent === undefined ? Prisma.sql`true` : visibleTo(forAgent);
    const rows = await executor.$queryRaw<VoicemailRow[]>`
      SELECT ${columns} FROM ${tables} WHERE v.id = ${id}::uuid AND ${mine}`;
    return rows[0];
  }

  /** The agent with this id or e-mail. */
  async agentOf(idOrEmail: string): Promise<string | undefined> {
    // A path or body can carry a null byte, which the database cannot hold.
    if (idOrEmail.includes("\0")) return undefined;
    const rows = await this.db.$queryRaw<{ id: string }[]>`
      SELECT a.id::text AS id FROM agents a JOIN users u ON u.id = a.user_id
      WHERE a.id::text = lower(${idOrEmail}) OR u.email = lower(${idOrEmail})`;
    return rows[0]?.id;
  }

  async lock(tx: Tx, id: string): Promise<void> {
    await tx.$queryRaw`SELECT 1 FROM voicemails WHERE id = ${id}::uuid FOR NO KEY UPDATE`;
  }

  /** Writes what is given. Repeating it keeps the first times. */
  async change(
    tx: Tx,
    id: string,
    change: { heard?: boolean | undefined; done?: boolean | undefined; agentId?: string | null | undefined },
    userId: string,
  ): Promise<void> {
    const { heard, done, agentId } = change;
    if (heard !== undefined) {
      await tx.$executeRaw`
        UPDATE voicemails SET heard_at = CASE WHEN ${heard} THEN coalesce(heard_at, evenhand_now()) END,
          heard_by = CASE WHEN ${heard} THEN coalesce(heard_by, ${userId}::uuid) END WHERE id = ${id}::uuid`;
    }
    if (done !== undefined) {
      await tx.$executeRaw`
        UPDATE voicemails SET done_at = CASE WHEN ${done} THEN coalesce(done_at, evenhand_now()) END,
          done_by = CASE WHEN ${done} THEN coalesce(done_by, ${userId}::uuid) END WHERE id = ${id}::uuid`;
    }
    if (agentId !== undefined) {
      await tx.$executeRaw`UPDATE voicemails SET assigned_agent = ${agentId}::uuid WHERE id = ${id}::uuid`;
    }
  }

  /** Keeps what was said in words; a message whose sound is gone gets none. Answers the message's call. */
  async transcribed(
    tx: Tx,
    key: { id: string } | { recordingSid: string },
    text: string | null,
  ): Promise<{ id: string; callId: string; leadId: string | null; leadAgentId: string | null } | undefined> {
    const which = "id" in key ? Prisma.sql`id = ${key.id}::uuid` : Prisma.sql`recording_sid = ${key.recordingSid}`;
    const rows = await tx.$queryRaw<
      { id: string; callId: string; leadId: string | null; leadAgentId: string | null }[]
    >`
      UPDATE voicemails SET transcription = coalesce(${text}, transcription), transcribed_at = evenhand_now(),
        transcription_status = CASE WHEN ${text}::text IS NULL THEN 'failed' ELSE 'completed' END
      WHERE ${which} AND delete_requested_at IS NULL
        AND CASE WHEN ${text}::text IS NULL THEN coalesce(transcription_status, 'requested') = 'requested'
          ELSE transcription IS DISTINCT FROM ${text} END
      RETURNING id::text AS id, call_id::text AS "callId", lead_id::text AS "leadId",
        (SELECT l.assigned_agent FROM leads l WHERE l.id = lead_id)::text AS "leadAgentId"`;
    return rows[0];
  }
}
