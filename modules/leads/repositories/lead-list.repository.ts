import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { LeadRow, Priority } from "../domain/lead";
import { type FilterLeaf, type LeadFilter, requiredLeaves } from "../domain/lead-filter";
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
import { type FilterForm, filterCondition, leafCondition } from "./lead-filter.sql";
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

/** A page ends before so many leads of the sample, and so many times its length of all. */
const SURE_SAMPLED = 4;
const SURE_TIMES = 4;
/** Pages of 8 KiB in a sample: some 5,000 leads of 30,000 pages, and as many texts. */
const SAMPLE_PAGES = 200;
const TEXT_PAGES = 75;

/**
 * Pages of leads by keyset, as quick at the end as at the beginning, and stable while rows come and go.
 *
 * Three ways lead to a page, measured at a million leads and ten million activities. Walking along the sort index until
 * the page is full: milliseconds when many match, seconds when few do. Gathering all that match and ordering them:
 * milliseconds from a rare text, 100 ms by reading every lead, and seconds from a common text. Left to itself the
 * planner chose the wrong one in a fifth of mixed searches (it took a correlated filter for a common one, or a common
 * text for a rare one) and then took up to 4 s. So a sample is asked first (3 to 10 ms), the way is chosen by
 * searchPlan(), and each statement is written so that the planner has no choice between them.
 */
export class LeadListRepository {
  constructor(
    private readonly db: Db,
    private readonly limits: SearchLimits = searchLimits,
  ) {}

  /** The first `limit` leads, and how many match: exact up to 10,000, an estimate by sample above. */
  async first(search: LeadSearch, limit: number): Promise<{ rows: PlacedLead[] } & Total> {
    const plan = await this.plan(search);
    let estimate = plan.estimate;
    if (!plan.manyMatch) {
      const counted = await this.counted(search, plan, limit);
      if (counted.total <= this.limits.exactUpTo) return { ...counted, isEstimate: false };
      estimate = Math.max(estimate, counted.total);
    }
    return { rows: await this.inOrder(search, plan, undefined, limit), total: estimate, isEstimate: true };
  }

  /** The `limit` leads beyond `after`, when `total` match. */
  async next(search: LeadSearch, after: order.Place, total: number, limit: number): Promise<PlacedLead[]> {
    if (total < this.limits.walkFrom) return this.gathered(search, await this.plan(search), after, limit);
    return this.inOrder(search, undefined, after, limit);
  }

  private async inOrder(
    search: LeadSearch,
    plan: SearchPlan | undefined,
    after: order.Place | undefined,
    limit: number,
  ): Promise<PlacedLead[]> {
    const walked = order.isIndexed(search.sort.field) ? await this.walked(search, after, limit) : undefined;
    return walked ?? this.gathered(search, plan ?? (await this.plan(search)), after, limit);
  }

  /** Along the index; undefined when that led too far. Empty values come last: they are a stretch of their own. */
  private async walked(
    search: LeadSearch,
    after: order.Place | undefined,
    limit: number,
  ): Promise<PlacedLead[] | undefined> {
    const { field } = search.sort;
    const stretches = order.isNullable(field)
      ? [order.hasValue(field), sql`NOT (${order.hasValue(field)})`]
      : [sql`TRUE`];
    const from = after?.values === null ? 1 : 0;
    const rows: PlacedLead[] = [];
    for (const [at, stretch] of stretches.slice(from).entries()) {
      const inStretch = sql`${stretch} AND ${rangeOfKey(search)}
        ${after && at === 0 ? sql`AND ${order.beyondIndexed(search.sort, after)}` : Prisma.empty}`;
      rows.push(...(await this.stretch(search, inStretch, limit - rows.length)));
      if (rows.length >= limit) return rows;
      if (await this.isLonger(search.sort, inStretch)) return undefined;
    }
    return rows;
  }

  private stretch(search: LeadSearch, stretch: Prisma.Sql, limit: number): Promise<PlacedLead[]> {
    const ordering = order.indexOrdering(search.sort);
    return this.db.$queryRaw<PlacedLead[]>`
      SELECT ${leadColumns}, ${order.placeOf(search.sort.field)} AS "place" FROM (
        SELECT l.* FROM leads l WHERE ${stretch} ORDER BY ${ordering} LIMIT ${this.limits.walkRows}::int) l
      WHERE l.deleted_at IS NULL AND ${conditionOf(search, byRows)} ORDER BY ${ordering} LIMIT ${limit}::int`;
  }

  private async isLonger(sort: LeadSort, stretch: Prisma.Sql): Promise<boolean> {
    const rows = await this.db.$queryRaw<unknown[]>`
      SELECT 1 FROM leads l WHERE ${stretch} ORDER BY ${order.indexOrdering(sort)} OFFSET ${this.limits.walkRows}::int LIMIT 1`;
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
  private async gathered(
    search: LeadSearch,
    plan: SearchPlan,
    after: order.Place | undefined,
    limit: number,
  ): Promise<PlacedLead[]> {
    const beyond = after ? order.beyond(search.sort, after) : sql`TRUE`;
    if (plan.manyMatch) {
      const bound = await this.bound(search, plan, beyond, limit);
      const rows =
        bound === undefined
          ? []
          : await this.ordered(search, { ...plan, driver: undefined }, sql`${bound} AND ${beyond}`, limit);
      if (rows.length >= limit) return rows;
    }
    return this.ordered(search, plan, beyond, limit);
  }

  private ordered(search: LeadSearch, plan: SearchPlan, within: Prisma.Sql, limit: number): Promise<PlacedLead[]> {
    const ordering = order.leadOrdering(search.sort);
    return this.db.$queryRaw<PlacedLead[]>`
      WITH page AS MATERIALIZED (
        SELECT l.id FROM (${matches(search, plan, within)}) l WHERE l.deleted_at IS NULL
        ORDER BY ${ordering} LIMIT ${limit}::int)
      SELECT ${leadColumns}, ${order.placeOf(search.sort.field)} AS "place"
      FROM page p JOIN leads l ON l.id = p.id ORDER BY ${ordering}`;
  }

  /**
   * Where the page surely ends, by a sample of the leads that match: with it, only the leads before it are asked for
   * texts and sorted. Undefined when too few of the sample are left to say.
   */
  private async bound(
    search: LeadSearch,
    plan: SearchPlan,
    beyond: Prisma.Sql,
    limit: number,
  ): Promise<Prisma.Sql | undefined> {
    const ahead = SURE_SAMPLED + Math.ceil((SURE_TIMES * limit) / plan.leadsPerSampled);
    const rows = await this.db.$queryRaw<{ key: string | null }[]>`
      SELECT ${order.keyText(search.sort.field)} AS "key"
      FROM leads l TABLESAMPLE SYSTEM (${samplePercent("leads", SAMPLE_PAGES)}) REPEATABLE (1)
      WHERE l.deleted_at IS NULL AND ${beyond} AND ${conditionOf(search, byRows)}
      ORDER BY ${order.leadOrdering(search.sort)} OFFSET ${ahead}::int LIMIT 1`;
    const key = rows[0]?.key;
    return key == null ? undefined : order.notLaterThan(search.sort, key);
  }

  private async plan(search: LeadSearch): Promise<SearchPlan> {
    const { filter } = search;
    const texts = textsToProbe(filter);
    const rest = sql`l.deleted_at IS NULL AND ${conditionOf({ ...search, filter: without(filter, drivingLeaves(filter)) }, byRows)}`;
    const driving = filterCondition({ and: drivingLeaves(filter) }, byRows);
    const rows = await this.db.$queryRaw<(Omit<SearchProbe, "shares"> & { pages: number; shares: number[] })[]>`
      SELECT s.*, ${rowsOf("leads")} AS "leads", ${rowsOf("lead_search")} AS "texts",
        ARRAY[${texts.length === 0 ? Prisma.empty : join(texts.map((text) => textShare(text, TEXT_PAGES)))}]::float8[] AS "shares"
      FROM (
        SELECT count(*)::int AS "sampled", (count(*) FILTER (WHERE ${rest}))::int AS "filtered",
          (count(*) FILTER (WHERE ${rest} AND ${driving}))::int AS "matched"
        FROM leads l TABLESAMPLE SYSTEM (${samplePercent("leads", SAMPLE_PAGES)}) REPEATABLE (1)) s`;
    const [row] = rows;
    if (!row) throw new Error("a sample is always one row");
    return searchPlan(
      filter,
      { ...row, shares: new Map(texts.map((text, at) => [text, row.shares[at] ?? 1])) },
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
function matches(search: LeadSearch, plan: SearchPlan, within: Prisma.Sql = sql`TRUE`): Prisma.Sql {
  const { first, later } = byEffort(search.filter);
  const form: FilterForm = { text: (leaf) => (plan.rare.has(leaf) ? "set" : "row") };
  const begin = plan.driver === undefined ? sql`TRUE` : sql`l.id = ANY(ARRAY(${textMatches(plan.driver)}))`;
  return sql`
    SELECT l.id, l.name, l.priority, l.assigned_at, l.last_activity_at, l.created_at, l.deleted_at FROM (
      SELECT l.* FROM leads l
      WHERE ${begin} AND ${within} AND ${conditionOf({ ...search, filter: first }, form)} OFFSET 0) l
    WHERE ${filterCondition(later, form)} OFFSET 0`;
}

const RANGES: readonly string[] = ["eq", "in", "gt", "gte", "lt", "lte", "between", "within_last"];

/** What a filter requires of the sort key itself, so that a walk begins and ends where it should. */
function rangeOfKey({ filter, sort }: LeadSearch): Prisma.Sql {
  const onKey = requiredLeaves(filter).filter(({ field }) => field === sort.field);
  const conditions = onKey.map(asRange).filter(({ op }) => RANGES.includes(op));
  return conditions.length === 0
    ? sql`TRUE`
    : join(
        conditions.map((leaf) => leafCondition(leaf)),
        " AND ",
      );
}

/** An index skips priorities when told which ones are wanted, not when told which ones are not. */
function asRange(leaf: FilterLeaf): FilterLeaf {
  if (leaf.field !== "priority" || (leaf.op !== "neq" && leaf.op !== "not_in")) return leaf;
  const unwanted = [leaf.value].flat();
  return { ...leaf, op: "in", value: priorities.filter((one) => !unwanted.includes(one)) };
}

const priorities: readonly Priority[] = ["normal", "high", "urgent"];
