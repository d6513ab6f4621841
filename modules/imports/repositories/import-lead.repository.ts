import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import type { Change, Creation } from "../domain/import-decision";
import type { UndoOutcome, WrittenLead } from "../domain/taking-back";

const { sql } = Prisma;

interface LeftAlone {
  leadId: string;
  /** Null when it is there no longer. */
  name: string | null;
  code: UndoOutcome;
}

/** The leads that imports have written. */
export class ImportLeadRepository {
  constructor(private readonly db: Db) {}

  /** Keeps what is needed to take a chunk back. A lead that is written again keeps the oldest of what it was. */
  async keep(tx: Tx, importId: string, creations: readonly Creation[], changes: readonly Change[]): Promise<void> {
    const rows = [
      ...creations.map(({ id, n }) => ({ id, n, isNew: true, version: 1, before: null })),
      ...changes.map(({ id, n, version, before }) => ({ id, n, isNew: false, version: version + 1, before })),
    ];
    if (rows.length === 0) return;
    await tx.$executeRaw`/* named import_leads_keep */
      INSERT INTO import_leads AS i (import_id, lead_id, n, is_new, version, before)
      SELECT ${importId}::uuid, w.id, w.n, w.is_new, w.version, w.before::jsonb
      FROM unnest(${rows.map(({ id }) => id)}::uuid[], ${rows.map(({ n }) => n)}::int[],
        ${rows.map(({ isNew }) => isNew)}::boolean[], ${rows.map(({ version }) => version)}::int[],
        ${rows.map(({ before }) => before && JSON.stringify(before))}::text[]) AS w(id, n, is_new, version, before)
      ON CONFLICT (import_id, lead_id) DO UPDATE SET version = excluded.version,
        before = CASE WHEN i.is_new THEN NULL ELSE excluded.before || i.before END
        -- Somebody wrote it between two rows of the file: what they did is not taken back, and so nothing is.
        , undo = CASE WHEN i.version <> excluded.version - 1 THEN 'changed_since' ELSE i.undo END`;
  }

  /** The new leads of an import in the order of the file. */
  async newcomers(importId: string): Promise<string[]> {
    const rows = await this.db.$queryRaw<{ ids: string | null }[]>`
      SELECT string_agg(l.lead_id::text, ',' ORDER BY l.n, l.lead_id) AS "ids" FROM import_leads l
      WHERE l.import_id = ${importId}::uuid AND l.is_new`;
    return rows[0]?.ids?.split(",") ?? [];
  }

  /** The next leads that an undo has to look at. */
  async toUndo(tx: Tx, importId: string, limit: number): Promise<WrittenLead[]> {
    return tx.$queryRaw<WrittenLead[]>`
      SELECT l.lead_id::text AS "leadId", l.is_new AS "isNew", l.version, l.before FROM import_leads l
      WHERE l.import_id = ${importId}::uuid AND l.undo IS NULL ORDER BY l.lead_id LIMIT ${limit}::int FOR NO KEY UPDATE`;
  }

  async undone(tx: Tx, importId: string, outcomes: ReadonlyMap<string, UndoOutcome>): Promise<void> {
    const byOutcome = Map.groupBy(outcomes, ([, outcome]) => outcome);
    for (const [outcome, leads] of byOutcome) {
      // By their ids one by one: joined, they would be looked for among all leads of the import, chunk after chunk.
      await tx.$executeRaw`/* named import_leads_undone */
        UPDATE import_leads SET undo = ${outcome}
        WHERE import_id = ${importId}::uuid AND lead_id = ANY (${leads.map(([lead]) => lead)}::uuid[])`;
    }
  }

  /**
   * Dealing the new leads was the import's doing too: the versions after it are taken for what the import left, where
   * nobody wrote between. Running it again changes nothing. Takes the plan's chunks `from` to `to` (not included).
   */
  async takeDealForOwn(tx: Tx, importId: string, planId: string, from: number, to: number): Promise<void> {
    await tx.$executeRaw`
      UPDATE import_leads i SET version = u.after
      FROM bulk_plan_chunks c CROSS JOIN LATERAL
        ROWS FROM (unnest(c.lead_ids), unnest(c.versions), unnest(c.versions_after), unnest(c.outcomes))
        AS u(lead, before, after, outcome)
      WHERE c.plan_id = ${planId}::uuid AND c.place >= ${from}::int AND c.place < ${to}::int AND u.outcome = 'changed' AND i.import_id = ${importId}::uuid
        AND i.lead_id = u.lead AND i.version = u.before AND i.undo IS NULL`;
  }

  /** Leads that an undo left alone, with why, after one of them. */
  async leftAlone(importId: string, after: string | undefined, limit: number): Promise<LeftAlone[]> {
    const beyond = after === undefined ? sql`TRUE` : sql`l.lead_id > ${after}::uuid`;
    return this.db.$queryRaw<LeftAlone[]>`
      SELECT l.lead_id::text AS "leadId", d.name, l.undo AS "code"
      FROM import_leads l LEFT JOIN leads d ON d.id = l.lead_id AND d.deleted_at IS NULL
      WHERE l.import_id = ${importId}::uuid AND l.undo NOT IN ('removed', 'set_back') AND ${beyond}
      ORDER BY l.lead_id LIMIT ${limit}::int`;
  }
}
