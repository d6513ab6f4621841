import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import type { LeadFilter } from "../domain/lead-filter";
import type { LeadSort } from "../domain/lead-sort";

export interface SavedSearchFacts {
  name: string;
  shared: boolean;
  filter: LeadFilter;
  sort: LeadSort;
  /** How a list shows it, as layoutSchema has it; null: as the list likes. */
  layout: unknown;
}

export interface SavedSearchRow extends SavedSearchFacts {
  id: string;
  ownerId: string;
  ownerEmail: string;
  /** Of the person who asks. */
  isDefault: boolean;
  alert: { more_than: number; for_minutes: number } | null;
  version: number;
  updatedAt: Date;
}

const { sql } = Prisma;

/** Searches that people have given names. */
export class SavedSearchRepository {
  constructor(private readonly db: Db) {}

  /** What a person sees: their own, and those that others share. */
  async visibleTo(userId: string, executor: Db | Tx = this.db): Promise<SavedSearchRow[]> {
    return this.select(executor, userId, sql`(s.owner_id = ${userId}::uuid OR s.shared)`);
  }

  /** One that this person sees. */
  async find(userId: string, id: string, executor: Db | Tx = this.db): Promise<SavedSearchRow | undefined> {
    const rows = await this.select(
      executor,
      userId,
      sql`s.id = ${id}::uuid AND (s.owner_id = ${userId}::uuid OR s.shared)`,
    );
    return rows[0];
  }

  /** Changes of this person's searches come one after the other until the transaction ends: names and numbers hold. */
  async lockOwner(tx: Tx, userId: string): Promise<void> {
    await tx.$executeRaw`SELECT 1 FROM users WHERE id = ${userId}::uuid FOR NO KEY UPDATE`;
  }

  async isTaken(tx: Tx, ownerId: string, name: string, exceptId: string | null): Promise<boolean> {
    const rows = await tx.$queryRaw<{ taken: boolean }[]>`
      SELECT EXISTS (SELECT 1 FROM saved_searches s WHERE s.owner_id = ${ownerId}::uuid
        AND lower(s.name) = lower(${name}) AND s.id IS DISTINCT FROM ${exceptId}::uuid) AS "taken"`;
    return rows[0]?.taken === true;
  }

  async count(tx: Tx, ownerId: string): Promise<number> {
    const rows = await tx.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS "count" FROM saved_searches WHERE owner_id = ${ownerId}::uuid`;
    return rows[0]?.count ?? 0;
  }

  async insert(tx: Tx, id: string, ownerId: string, facts: SavedSearchFacts): Promise<void> {
    await tx.$executeRaw`
      INSERT INTO saved_searches (id, owner_id, name, shared, filter, sort, layout, created_at, updated_at)
      SELECT ${id}::uuid, ${ownerId}::uuid, ${facts.name}, ${facts.shared}, ${json(facts.filter)}::jsonb,
        ${json(facts.sort)}::jsonb, ${json(facts.layout)}::jsonb, clock.now, clock.now
      FROM (SELECT evenhand_now() AS now) clock`;
  }

  async update(tx: Tx, id: string, facts: SavedSearchFacts): Promise<void> {
    await tx.$executeRaw`
      UPDATE saved_searches SET name = ${facts.name}, shared = ${facts.shared}, filter = ${json(facts.filter)}::jsonb,
        sort = ${json(facts.sort)}::jsonb, layout = ${json(facts.layout)}::jsonb, version = version + 1,
        updated_at = evenhand_now()
      WHERE id = ${id}::uuid`;
  }

  async delete(tx: Tx, id: string): Promise<void> {
    await tx.$executeRaw`DELETE FROM saved_searches WHERE id = ${id}::uuid`;
  }

  /** null: nothing of one's own. */
  async setDefault(tx: Tx, userId: string, id: string | null): Promise<void> {
    if (id === null) {
      await tx.$executeRaw`DELETE FROM saved_search_defaults WHERE user_id = ${userId}::uuid`;
      return;
    }
    await tx.$executeRaw`
      INSERT INTO saved_search_defaults (user_id, search_id) VALUES (${userId}::uuid, ${id}::uuid)
      ON CONFLICT (user_id) DO UPDATE SET search_id = excluded.search_id`;
  }

  private select(executor: Db | Tx, userId: string, where: Prisma.Sql): Promise<SavedSearchRow[]> {
    return executor.$queryRaw<SavedSearchRow[]>`
      SELECT s.id::text AS "id", s.owner_id::text AS "ownerId", u.email AS "ownerEmail", s.name, s.shared, s.filter,
        s.sort, s.layout, s.version, s.updated_at AS "updatedAt",
        EXISTS (SELECT 1 FROM saved_search_defaults d WHERE d.user_id = ${userId}::uuid AND d.search_id = s.id)
          AS "isDefault",
        (SELECT jsonb_build_object('more_than', a.more_than, 'for_minutes', a.for_minutes) FROM saved_search_alerts a
          WHERE a.search_id = s.id) AS "alert"
      FROM saved_searches s JOIN users u ON u.id = s.owner_id WHERE ${where}
      ORDER BY lower(s.name), s.id LIMIT ${MOST_LISTED}::int`;
  }
}

/** A list of names is looked through by people. */
const MOST_LISTED = 1_000;

const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));
