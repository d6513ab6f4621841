import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { LeadRow } from "../domain/lead";
import type { LeadFilter } from "../domain/lead-filter";
import type { LeadSort } from "../domain/lead-sort";
import {
  byEffort,
  drivingLeaves,
  searchLimits,
  searchPlan,
  type SearchLimits,
  type SearchPlan,
  type SearchProbe,
  textsToProbe,
  without,
} from "../domain/search-plan";
import { type FilterForm, filterCondition } from "./lead-filter.sql";
import * as order from "./lead-sort.sql";
import { rowsOf, samplePercent, textMatches, textShare } from "./lead-text.sql";
import { visibleToAgent } from "./lead-visibility.sql";
import { leadColumns } from "./lead.repository";

const { sql, join } = Prisma;

export interface LeadSearch {
  /** As checkFilter() answers it. */
  filter: LeadFilter;
  sort: LeadSort;
  /** Only what this agent may see. */
  visibleTo?: string | undefined;
}

/** A lead with its place in the order of the search. */
export type PlacedLead = LeadRow & { place: string[] | null };
export interface Total {
  total: number;
  isEstimate: boolean;
}

/** Pages of 8 KiB in a sample: some 5,000 leads of 30,000 pages, and as many texts. */
const SAMPLE_PAGES = 200;
const TEXT_PAGES = 75;

/**
 * Pages of leads by keyset, as quick at the end as at the beginning, and stable while rows come and go.
 *
 * Three ways lead to a page. Walking along the sort index until the page is full takes milliseconds when many match
 * and seconds when few do. Gathering all that match and ordering them takes milliseconds from a rare text, a tenth of a
 * second by reading a million leads, and seconds from a common text. The database's planner knows too little to choose
 * (see docs/decisions/0015): a small sample is asked first, searchPlan() decides by cost, and each statement is put so
 * that the planner has no choice between them.
 */
export class LeadListRepository {
  constructor(
    private readonly db: Db,
    private readonly limits: SearchLimits = searchLimits,
  ) {}

  /** The first `limit` leads, and how many match: exact up to 10,000, an estimate by sample above. */
  async first(search: LeadSearch, limit: number): Promise<{ rows: PlacedLead[] } & Total> {
    const beginning = await this.beginning(search, limit);
    let plan = beginning ?? (await this.plan(search, limit, SAMPLE_PAGES));
    if (!plan.manyMatch) {
      const { rows, total } = await this.counted(search, plan, limit);
      if (total <= this.limits.exactUpTo) return { rows, total, isEstimate: false };
      if (beginning) plan = await this.plan(search, limit, SAMPLE_PAGES);
      plan = { ...plan, estimate: Math.max(plan.estimate, total) };
    }
    const walked = plan.liesFar ? undefined : await this.walked(search, plan.walkRows, undefined, limit);
    const rows = walked ?? (await this.gathered(search, plan, undefined, limit));
    return { rows, total: plan.estimate, isEstimate: true };
  }

  /** The `limit` leads beyond `after`, when `total` match. */
  async next(search: LeadSearch, after: order.Place, total: number, limit: number): Promise<PlacedLead[]> {
    const beginning = total <= this.limits.exactUpTo ? await this.beginning(search, limit) : undefined;
    if (beginning) return this.gathered(search, beginning, after, limit);
    const walked =
      total >= this.limits.walkFrom ? await this.walked(search, this.limits.walkRows, after, limit) : undefined;
    return walked ?? this.gathered(search, await this.plan(search, limit, SAMPLE_PAGES), after, limit);
  }

  /** The plan that begins with a text, when one is rare enough to say so without a sample of leads. */
  private async beginning(search: LeadSearch, limit: number): Promise<SearchPlan | undefined> {
    if (drivingLeaves(search.filter).length === 0) return undefined;
    const plan = await this.plan(search, limit, 0);
    return plan.driver === undefined ? undefined : plan;
  }

  /** Along the index; undefined when that led too far. */
  private async walked(
    search: LeadSearch,
    most: number,
    after: order.Place | undefined,
    limit: number,
  ): Promise<PlacedLead[] | undefined> {
    const rows: PlacedLead[] = [];
    for (const stretch of order.stretches(search.filter, search.sort, after)) {
      rows.push(...(await this.stretch(search, stretch, most, limit - rows.length)));
      if (rows.length >= limit) return rows;
      if (await this.isLonger(search.sort, stretch, most)) return undefined;
    }
    return rows;
  }

  private stretch(search: LeadSearch, stretch: Prisma.Sql, most: number, limit: number): Promise<PlacedLead[]> {
    const ordering = order.walkOrdering(search.sort);
    return this.db.$queryRaw<PlacedLead[]>`
      SELECT ${leadColumns}, ${order.placeOf(search.sort.field)} AS "place" FROM (
        SELECT l.* FROM leads l WHERE ${stretch} ORDER BY ${ordering} LIMIT ${most}::int) l
      WHERE l.deleted_at IS NULL AND ${conditionOf(search, byRows)} ORDER BY ${ordering} LIMIT ${limit}::int`;
  }

  private async isLonger(sort: LeadSort, stretch: Prisma.Sql, most: number): Promise<boolean> {
    const rows = await this.db.$queryRaw<unknown[]>`
      SELECT 1 FROM leads l WHERE ${stretch} ORDER BY ${order.walkOrdering(sort)} OFFSET ${most}::int LIMIT 1`;
    return rows.length > 0;
  }

  /** All that match up to one more than are counted, and the first of them in order (of all only if that was enough). */
  private async counted(
    search: LeadSearch,
    plan: SearchPlan,
    limit: number,
  ): Promise<{ rows: PlacedLead[]; total: number }> {
    const rows = await this.db.$queryRaw<(PlacedLead & { total: number })[]>`
      WITH found AS MATERIALIZED (
        SELECT * FROM (${matches(search, plan)}) l WHERE l.deleted_at IS NULL LIMIT ${this.limits.exactUpTo + 1}::int),
      page AS MATERIALIZED (SELECT l.id FROM found l ORDER BY ${order.leadOrdering(search.sort)} LIMIT ${limit}::int)
      SELECT ${leadColumns}, ${order.placeOf(search.sort.field)} AS "place",
        (SELECT count(*)::int FROM found) AS "total"
      FROM page p JOIN leads l ON l.id = p.id ORDER BY ${order.leadOrdering(search.sort)}`;
    return { rows, total: rows[0]?.total ?? 0 };
  }

  /** All that match, ordered. */
  private gathered(
    search: LeadSearch,
    plan: SearchPlan,
    after: order.Place | undefined,
    limit: number,
  ): Promise<PlacedLead[]> {
    const ordering = order.leadOrdering(search.sort);
    const beyond = after ? order.beyond(search.sort, after) : sql`TRUE`;
    return this.db.$queryRaw<PlacedLead[]>`
      WITH page AS MATERIALIZED (
        SELECT l.id FROM (${matches(search, plan, beyond)}) l WHERE l.deleted_at IS NULL
        ORDER BY ${ordering} LIMIT ${limit}::int)
      SELECT ${leadColumns}, ${order.placeOf(search.sort.field)} AS "place"
      FROM page p JOIN leads l ON l.id = p.id ORDER BY ${ordering}`;
  }

  private async plan(search: LeadSearch, limit: number, samplePages: number): Promise<SearchPlan> {
    const { filter } = search;
    const texts = textsToProbe(filter);
    const rest = sql`l.deleted_at IS NULL AND ${conditionOf({ ...search, filter: without(filter, drivingLeaves(filter)) }, byRows)}`;
    const driving = filterCondition({ and: drivingLeaves(filter) }, byRows);
    const rows = await this.db.$queryRaw<(Omit<SearchProbe, "shares"> & { shares: number[] })[]>`
      WITH sample AS MATERIALIZED (
        SELECT l.id, ${order.sortColumns(search.sort)}, ${order.withinRange(filter, search.sort)} AS ahead,
          ${rest} AS passes, ${rest} AND ${driving} AS matches
        FROM leads l TABLESAMPLE SYSTEM (${samplePercent("leads", samplePages)}) REPEATABLE (1))
      SELECT s.*, ${rowsOf("leads")} AS "leads", ${rowsOf("lead_search")} AS "texts",
        ARRAY[${texts.length === 0 ? Prisma.empty : join(texts.map((text) => textShare(text, TEXT_PAGES)))}]::float8[] AS "shares",
        CASE WHEN s.matched >= ${this.limits.sureSample}::int THEN (
          SELECT coalesce(min(p.place)::int - 1, 0) FROM (
            SELECT l.matches, row_number() OVER (ORDER BY ${order.leadOrdering(search.sort)}) AS place
            FROM sample l WHERE l.ahead) p
          WHERE p.matches) ELSE 0 END AS "passed"
      FROM (
        SELECT count(*)::int AS "sampled", (count(*) FILTER (WHERE passes))::int AS "filtered",
          (count(*) FILTER (WHERE matches))::int AS "matched" FROM sample) s`;
    const [row] = rows;
    if (!row) throw new Error("a sample is always one row");
    return searchPlan(
      filter,
      { ...row, shares: new Map(texts.map((text, at) => [text, row.shares[at] ?? 1])) },
      limit,
      this.limits,
    );
  }
}

const byRows: FilterForm = { text: () => "row" };

function conditionOf({ filter, visibleTo }: LeadSearch, form: FilterForm): Prisma.Sql {
  const condition = filterCondition(filter, form);
  return visibleTo === undefined ? condition : sql`${visibleToAgent(visibleTo)} AND ${condition}`;
}

/**
 * The leads that match, with what they can be ordered by, removed ones included. OFFSET 0 keeps the planner from
 * walking along a sort index here, and settles what each lead is asked first: a few bytes of its first columns, then
 * texts and lists, and deleted_at, the last column, only of those that match. In one WHERE a million leads took more
 * than twice as long (226 ms against 87 ms).
 */
function matches(search: LeadSearch, { driver, rare }: SearchPlan, within: Prisma.Sql = sql`TRUE`): Prisma.Sql {
  const form: FilterForm = { text: (leaf) => (rare.has(leaf) ? "set" : "row") };
  const begin = driver === undefined ? sql`TRUE` : sql`l.id = ANY(ARRAY(${textMatches(String(driver.value))}))`;
  // Free text is settled by beginning with it; part of a name may yet have been found in a note.
  const { first, later } = byEffort(driver?.field === "text" ? without(search.filter, [driver]) : search.filter);
  return sql`
    SELECT l.id, l.name, l.priority, l.assigned_at, l.last_activity_at, l.created_at, l.deleted_at FROM (
      SELECT l.* FROM leads l
      WHERE ${begin} AND ${within} AND ${conditionOf({ ...search, filter: first }, form)} OFFSET 0) l
    WHERE ${filterCondition(later, form)} OFFSET 0`;
}
