import { z } from "zod";
import type { Db } from "@/lib/db/client";
import type { Tx } from "@/lib/db/transaction";
import type { LeadRow } from "../domain/lead";
import type { LeadState } from "../domain/merge";
import { leadColumns } from "./lead.repository";

/** One lead that is part of another, as recorded when it became so. */
export interface MergeRecord {
  id: bigint;
  leadId: string;
  mergedId: string;
  leadBefore: LeadState;
  mergedBefore: LeadState;
  leadVersion: number;
  mergedVersion: number;
  activities: bigint[];
  calls: string[];
  files: string[];
  carried: string[];
  tagsLeftOut: string[];
}

const date = z.iso
  .datetime()
  .transform((at) => new Date(at))
  .nullable();
const stateSchema = z.strictObject({
  name: z.string(),
  phone: z.string(),
  email: z.string().nullable(),
  source: z.string(),
  disposition: z.string(),
  priority: z.enum(["normal", "high", "urgent"]),
  tags: z.array(z.string()),
  // Merges that were recorded before leads had one.
  follow_up_on: z.string().nullable().default(null),
  assignedAgentId: z.string().nullable(),
  assignedAt: date,
  touchedAt: date,
  returnDueAt: date,
  teamId: z.string().nullable(),
  notesCount: z.int(),
  firstTouchedAt: date,
}) satisfies z.ZodType<LeadState>;

/** Any number that nothing else in this database locks by. */
const MERGE_LOCK = 7_203_144_918;

/** What was merged into what, and the history that went with it. */
export class LeadMergeRepository {
  constructor(private readonly db: Db) {}

  /**
   * Lets merges and their undoing go one after the other: what is part of what then stands still, and all the leads
   * that one writes can be locked at once, in id order.
   */
  async oneAtATime(tx: Tx): Promise<void> {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${MERGE_LOCK}::bigint)`;
  }

  /** What a removed lead is part of; undefined when it is not removed, or part of nothing. */
  async survivorOf(leadId: string, executor: Db | Tx = this.db): Promise<LeadRow | undefined> {
    const rows = await executor.$queryRaw<LeadRow[]>`
      SELECT ${leadColumns} FROM leads l JOIN leads m ON m.merged_into = l.id
      WHERE m.id = ${leadId}::uuid AND l.deleted_at IS NULL`;
    return rows[0];
  }

  /** Whether a lead's timeline has more entries than `max`. */
  async hasMoreActivities(tx: Tx, leadId: string, max: number): Promise<boolean> {
    const [row] = await tx.$queryRaw<{ more: boolean }[]>`
      SELECT count(*) > ${max}::int AS "more"
      FROM (SELECT 1 FROM lead_activities WHERE lead_id = ${leadId}::uuid LIMIT ${max + 1}::int) entries`;
    return row?.more === true;
  }

  /** Gives the timeline of one lead to another; answers the entries' ids in order. Both leads are locked. */
  async moveActivities(tx: Tx, fromLeadId: string, toLeadId: string): Promise<bigint[]> {
    const [row] = await tx.$queryRaw<{ ids: bigint[] }[]>`
      WITH moved AS (UPDATE lead_activities SET lead_id = ${toLeadId}::uuid WHERE lead_id = ${fromLeadId}::uuid
        RETURNING id)
      SELECT coalesce(array_agg(id ORDER BY id), '{}') AS ids FROM moved`;
    return row?.ids ?? [];
  }

  /** Gives entries that were moved back to where they came from. */
  async moveActivitiesBack(tx: Tx, ids: readonly bigint[], toLeadId: string): Promise<void> {
    await tx.$executeRaw`
      UPDATE lead_activities SET lead_id = ${toLeadId}::uuid WHERE id = ANY (${ids as bigint[]}::bigint[])`;
  }

  /** Leads that are part of one become part of another, so that no merge leads to a further one; answers their ids. */
  async carry(tx: Tx, fromLeadId: string, toLeadId: string): Promise<string[]> {
    const rows = await tx.$queryRaw<{ id: string }[]>`
      UPDATE leads SET merged_into = ${toLeadId}::uuid, version = version + 1, updated_at = evenhand_now()
      WHERE merged_into = ${fromLeadId}::uuid RETURNING id::text`;
    return rows.map(({ id }) => id);
  }

  /** The inverse of carry(), for those that are still where it took them. */
  async carryBack(tx: Tx, ids: readonly string[], fromLeadId: string, toLeadId: string): Promise<string[]> {
    const rows = await tx.$queryRaw<{ id: string }[]>`
      UPDATE leads SET merged_into = ${toLeadId}::uuid, version = version + 1, updated_at = evenhand_now()
      WHERE id = ANY (${ids as string[]}::uuid[]) AND merged_into = ${fromLeadId}::uuid RETURNING id::text`;
    return rows.map(({ id }) => id);
  }

  async add(tx: Tx, merge: Omit<MergeRecord, "id"> & { mergedBy: string }): Promise<void> {
    await tx.$executeRaw`
      INSERT INTO lead_merges (lead_id, merged_id, lead_before, merged_before, lead_version, merged_version, activities,
        calls, files, carried, tags_left_out, merged_by, at)
      VALUES (${merge.leadId}::uuid, ${merge.mergedId}::uuid, ${JSON.stringify(merge.leadBefore)}::jsonb,
        ${JSON.stringify(merge.mergedBefore)}::jsonb, ${merge.leadVersion}::int, ${merge.mergedVersion}::int,
        ${merge.activities}::bigint[], ${merge.calls}::uuid[], ${merge.files}::uuid[],
        ${merge.carried}::uuid[],
        ${merge.tagsLeftOut}::text[], ${merge.mergedBy}, evenhand_now())`;
  }

  /** The merge by which a lead is part of another now. */
  async standing(tx: Tx, mergedId: string): Promise<MergeRecord | undefined> {
    const rows = await tx.$queryRaw<(MergeRecord & { leadBefore: unknown; mergedBefore: unknown })[]>`
      SELECT id, lead_id::text AS "leadId", merged_id::text AS "mergedId", lead_before AS "leadBefore",
        merged_before AS "mergedBefore", lead_version AS "leadVersion", merged_version AS "mergedVersion", activities,
        calls::text[] AS calls, files::text[] AS files, carried::text[] AS carried, tags_left_out AS "tagsLeftOut"
      FROM lead_merges WHERE merged_id = ${mergedId}::uuid AND undone_at IS NULL`;
    const [row] = rows;
    if (!row) return undefined;
    const { leadBefore, mergedBefore } = row;
    return { ...row, leadBefore: stateSchema.parse(leadBefore), mergedBefore: stateSchema.parse(mergedBefore) };
  }

  async markUndone(tx: Tx, id: bigint): Promise<void> {
    await tx.$executeRaw`UPDATE lead_merges SET undone_at = evenhand_now() WHERE id = ${id}::bigint`;
  }
}
