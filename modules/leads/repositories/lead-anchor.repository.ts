import type { Db } from "@/lib/db/client";
import { inTransaction } from "@/lib/db/transaction";
import { searchLimits } from "../domain/search-plan";
import { conditionOf, type LeadListRepository, type LeadSearch, matches } from "./lead-list.repository";
import * as order from "./lead-sort.sql";

/** A lead that stands at a known place of a search: `row` leads come before the one behind it. */
export interface Anchor {
  row: number;
  id: string;
  values: string[] | null;
}

export interface Anchors {
  total: number;
  anchors: Anchor[];
}

/** Anchors stand `least` to `furthest` rows apart; within that there are `most` of them. */
export interface Spacing {
  least: number;
  most: number;
  furthest: number;
}

/** Marks leads at known places of a search, so that any row of a million is a few steps from one of them. */
export class LeadAnchorRepository {
  constructor(
    private readonly db: Db,
    private readonly lists: Pick<LeadListRepository, "planFor">,
  ) {}

  /**
   * How many leads match, exactly, and every so manieth of them in order. All that match are numbered, in one statement
   * and so of one moment.
   */
  async mark(search: LeadSearch, { least, most, furthest }: Spacing): Promise<Anchors> {
    const plan = await this.lists.planFor(search, least);
    const rows = await inTransaction(this.db, async (tx) => {
      // A million numbered in memory, not by way of the disk: half the time.
      await tx.$executeRaw`SELECT set_config('work_mem', '64MB', true)`;
      return tx.$queryRaw<(Anchor & { total: number })[]>`
      WITH found AS MATERIALIZED (
        SELECT l.id, ${order.sortColumns(search.sort)} FROM (${matches(search, plan)}) l WHERE l.deleted_at IS NULL),
      size AS MATERIALIZED (
        SELECT count(*)::int AS total, least(${furthest}::int,
          greatest(${least}::int, ceil(count(*)::float8 / ${most}::int)::int)) AS stride
        FROM found),
      numbered AS (SELECT l.*, row_number() OVER (ORDER BY ${order.leadOrdering(search.sort)}) AS n FROM found l)
      SELECT size.total, l.n::int AS "row", l.id::text AS "id", ${order.placeOf(search.sort.field)} AS "values"
      FROM size LEFT JOIN numbered l ON l.n % size.stride = 0 AND l.n < size.total ORDER BY l.n`;
    });
    return {
      total: rows[0]?.total ?? 0,
      anchors: rows.filter(({ row }) => row !== null).map(({ row, id, values }) => ({ row, id, values })),
    };
  }

  /** The lead `skip` places beyond `after`; undefined when fewer follow. */
  async passOver(search: LeadSearch, after: order.Place, skip: number): Promise<order.Place | undefined> {
    return (await this.walked(search, after, skip)) ?? (await this.gathered(search, after, skip));
  }

  /** Along the index, as far as its first stretch goes. */
  private async walked(search: LeadSearch, after: order.Place, skip: number): Promise<order.Place | undefined> {
    const [stretch] = order.stretches(search.filter, search.sort, after);
    if (!stretch) return undefined;
    const { condition, ordering } = stretch;
    const rows = await this.db.$queryRaw<order.Place[]>`
      SELECT l.id::text AS "id", ${order.placeOf(search.sort.field)} AS "values" FROM (
        SELECT l.* FROM leads l WHERE ${condition} ORDER BY ${ordering} LIMIT ${searchLimits.walkRows}::int) l
      WHERE l.deleted_at IS NULL AND ${conditionOf(search, { text: () => "row" })}
      ORDER BY ${ordering} OFFSET ${skip - 1}::int LIMIT 1`;
    return rows[0];
  }

  private async gathered(search: LeadSearch, after: order.Place, skip: number): Promise<order.Place | undefined> {
    const plan = await this.lists.planFor(search, skip);
    const rows = await this.db.$queryRaw<order.Place[]>`
      SELECT l.id::text AS "id", ${order.placeOf(search.sort.field)} AS "values"
      FROM (${matches(search, plan, order.beyond(search.sort, after))}) l WHERE l.deleted_at IS NULL
      ORDER BY ${order.leadOrdering(search.sort)} OFFSET ${skip - 1}::int LIMIT 1`;
    return rows[0];
  }
}
