import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import type { FactsChange, KnownLead, LeadKeys, NewLead } from "../domain/lead-import";
import type { LeadFacts } from "../domain/lead";

const { sql } = Prisma;

/** Leads on their way into the house, many at once. */
export class LeadImportRepository {
  constructor(private readonly db: Db) {}

  /** The leads that have one of these ids, numbers or addresses, the oldest first. */
  async find(keys: LeadKeys): Promise<KnownLead[]> {
    const ids = await this.idsOf(this.db, keys);
    if (ids.length === 0) return [];
    return this.db.$queryRaw<KnownLead[]>`/* named import_find */
      SELECT ${knownColumns} FROM leads l WHERE l.id = ANY (${ids}::uuid[]) AND l.deleted_at IS NULL ORDER BY l.id`;
  }

  /**
   * The same, locked in id order until the transaction ends, as they stand then: one that has got another number or
   * address meanwhile is among them.
   */
  async lock(tx: Tx, keys: LeadKeys): Promise<KnownLead[]> {
    const ids = await this.idsOf(tx, keys);
    return ids.length === 0 ? [] : this.lockByIds(tx, ids);
  }

  /** Leads by their ids, locked in id order; removed ones are missing. */
  lockByIds(tx: Tx, ids: readonly string[]): Promise<KnownLead[]> {
    return tx.$queryRaw<KnownLead[]>`/* named import_lock */
      SELECT ${knownColumns} FROM leads l WHERE l.id = ANY (${ids as string[]}::uuid[]) AND l.deleted_at IS NULL
      ORDER BY l.id FOR NO KEY UPDATE OF l`;
  }

  /**
   * Ids of leads, removed ones too, each key by its own index: e-mail addresses by that of the searched texts (see the
   * migration of imports). One look into an index a key, whatever the planner thinks of how many it finds: for hundreds
   * of addresses at once it would go through all leads, on all cores.
   */
  private async idsOf(executor: Db | Tx, { ids, phones, emails }: LeadKeys): Promise<string[]> {
    const rows = await executor.$queryRaw<{ id: string }[]>`/* named import_ids */
      SELECT DISTINCT k.id::text AS "id" FROM (
        SELECT unnest(${ids as string[]}::uuid[]) AS id
        UNION ALL SELECT p.id FROM unnest(${phones as string[]}::text[]) AS w(phone)
          CROSS JOIN LATERAL (SELECT l.id FROM leads l WHERE l.phone = w.phone OFFSET 0) p
        UNION ALL SELECT s.lead_id FROM unnest(${emails as string[]}::text[]) AS w(email)
          CROSS JOIN LATERAL (SELECT t.lead_id FROM lead_search t WHERE t.note_id = 0
            AND split_part(t.text, 'Z', 2) = ' ' || search_form(w.email) OFFSET 0) s) k`;
    return rows.map(({ id }) => id);
  }

  async insert(tx: Tx, leads: readonly NewLead[]): Promise<void> {
    const rows = leads.map(({ id, facts, notes }) => ({ id, ...facts, notes_count: notes === undefined ? 0 : 1 }));
    await tx.$executeRaw`/* named import_insert */
      WITH clock AS MATERIALIZED (SELECT date_trunc('milliseconds', evenhand_now()) AS now)
      INSERT INTO leads (id, name, phone, email, source, disposition, priority, tags, follow_up_on, notes_count,
        created_at, updated_at, last_activity_at)
      SELECT w.id, w.name, w.phone, w.email, w.source, w.disposition, w.priority::"Priority", w.tags, w.follow_up_on,
        w.notes_count, clock.now, clock.now, clock.now
      FROM clock, jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS w(id uuid, name text, phone text, email text,
        source text, disposition text, priority text, tags text[], follow_up_on date, notes_count int)`;
  }

  /** Writes other facts on locked leads. A lead that is closed has no return timer. */
  async update(tx: Tx, changes: readonly (FactsChange & { facts: LeadFacts })[]): Promise<void> {
    const rows = changes.map(({ id, version, facts }) => ({ id, version, ...facts }));
    const written = await tx.$executeRaw`/* named import_update */
      WITH clock AS MATERIALIZED (SELECT date_trunc('milliseconds', evenhand_now()) AS now)
      UPDATE leads l SET name = w.name, phone = w.phone, email = w.email, source = w.source,
        disposition = w.disposition, priority = w.priority::"Priority", tags = w.tags, follow_up_on = w.follow_up_on,
        version = l.version + 1, updated_at = clock.now, last_activity_at = clock.now,
        return_due_at = CASE WHEN (SELECT d.is_open FROM dispositions d WHERE d.code = w.disposition)
          THEN l.return_due_at END
      FROM clock, jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS w(id uuid, version int, name text, phone text,
        email text, source text, disposition text, priority text, tags text[], follow_up_on date)
      WHERE l.id = w.id AND l.version = w.version AND l.deleted_at IS NULL`;
    if (written !== rows.length) throw new Error("a locked lead was not there to be written");
  }

  /** Takes locked leads out of every list; their agents' places become free. */
  async remove(tx: Tx, ids: readonly string[]): Promise<void> {
    await tx.$executeRaw`
      WITH clock AS MATERIALIZED (SELECT date_trunc('milliseconds', evenhand_now()) AS now)
      UPDATE leads l SET deleted_at = clock.now, updated_at = clock.now, version = l.version + 1, return_due_at = NULL
      FROM clock WHERE l.id = ANY (${ids}::uuid[]) AND l.deleted_at IS NULL`;
  }
}

const knownColumns = sql`l.id::text AS "id", l.version, l.name, l.phone, l.email, l.source, l.disposition,
  l.priority::text AS "priority", l.tags, l.follow_up_on::text AS "follow_up_on",
  (SELECT d.is_open FROM dispositions d WHERE d.code = l.disposition) AS "isOpen",
  l.assigned_agent IS NOT NULL AS "isAssigned", l.locked_at IS NOT NULL AS "isLocked"`;
