import type { Db } from "@/lib/db/client";
import type { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import type { Actor } from "@/lib/principal";
import type { ActivityType } from "../domain/activity";

export interface NewActivity {
  leadId: string;
  type: ActivityType;
  data: Prisma.InputJsonObject;
}

export interface ActivityRow {
  id: bigint;
  type: string;
  actor: string;
  /** How the person is called now; null for what is none, or is gone. */
  actorName: string | null;
  at: Date;
  data: Record<string, unknown>;
}

/** What happened to leads, as people read it. */
export class LeadActivityRepository {
  constructor(private readonly db: Db) {}

  /** Adds entries in the caller's transaction; answers their ids in order. */
  async add(tx: Tx, actor: Actor, entries: readonly NewActivity[]): Promise<bigint[]> {
    if (entries.length === 0) return [];
    const rows = await tx.$queryRaw<{ id: bigint }[]>`
      INSERT INTO lead_activities (lead_id, type, actor_id, actor_label, data, at)
      SELECT e.lead, e.type, ${actor.id ?? null}::uuid, ${actor.label}, e.data::jsonb, (SELECT evenhand_now())
      FROM unnest(${entries.map((entry) => entry.leadId)}::uuid[], ${entries.map((entry) => entry.type)}::text[],
        ${entries.map((entry) => JSON.stringify(entry.data))}::text[]) WITH ORDINALITY AS e(lead, type, data, place)
      ORDER BY e.place RETURNING id`;
    return rows.map((row) => row.id);
  }

  /** The timeline of a lead, newest first: entries older than `before` and of these `types`, where given. */
  async page(
    leadId: string,
    wanted: { before: bigint | undefined; types: readonly ActivityType[] | undefined },
    limit: number,
  ): Promise<ActivityRow[]> {
    const last = wanted.before ?? null;
    const types = wanted.types === undefined ? null : [...wanted.types];
    return this.db.$queryRaw<ActivityRow[]>`
      SELECT a.id, a.type, a.actor_label AS "actor", u.name AS "actorName", a.at,
        -- What was said in a message is kept with the message, and goes with it.
        CASE WHEN v.id IS NULL THEN a.data ELSE a.data || jsonb_build_object('transcription', v.transcription,
          'transcriptionStatus', v.transcription_status) END AS data
      FROM lead_activities a
        LEFT JOIN users u ON u.id = a.actor_id
        LEFT JOIN voicemails v ON a.type = 'voicemail' AND v.id = (a.data->>'voicemailId')::uuid
      WHERE a.lead_id = ${leadId}::uuid AND (${last}::bigint IS NULL OR a.id < ${last}::bigint)
        AND (${types}::text[] IS NULL OR a.type = ANY (${types}::text[]))
      ORDER BY a.id DESC LIMIT ${limit}::int`;
  }
}
