import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { LeadRow } from "../domain/lead";
import type { LeadFilter } from "../domain/lead-filter";
import type { LeadSort } from "../domain/lead-sort";
import {
  byEffort,
  drivingLeaves,
  EVERYWHERE,
  searchLimits,
  searchPlan,
  type SearchLimits,
  type SearchPlan,
  type SearchProbe,
  type TextShares,
  textsToProbe,
  without,
} from "../domain/search-plan";
import { type FilterForm, filterCondition } from "./lead-filter.sql";
import * as order from "./lead-sort.sql";
import { rowsOf, samplePercent, textMatches, textShares } from "./lead-text.sql";
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
    const texts = await this.texts(search.filter);
    const beginning = fromText(search, texts, limit, this.limits);
    let plan = beginning ?? (await this.plan(search, texts, limit));
    if (!plan.manyMatch) {
      const { rows, total } = await this.counted(search, plan, limit);
      if (total <= this.limits.exactUpTo) return { rows, total, isEstimate: false };
      if (beginning) plan = await this.plan(search, texts, limit);
      plan = { ...plan, estimate: Math.max(plan.estimate, total) };
    }
    const walked = plan.liesFar ? undefined : await this.walked(search, plan.walkRows, undefined, limit);
    const rows = walked ?? (await this.gathered(search, plan, undefined, limit));
    return { rows, total: plan.estimate, isEstimate: true };
  }

  /** The `limit` leads beyond `after`, when `total` match. */
  async next(search: LeadSearch, after: order.Place, total: number, limit: number): Promise<PlacedLead[]> {
    const { exactUpTo, walkFrom, walkRows } = this.limits;
    const walk = () => this.walked(search, walkRows, after, limit);
    if (total > exactUpTo) {
      return (await walk()) ?? this.gathered(search, await this.planFor(search, limit), after, limit);
    }
    const texts = await this.texts(search.filter);
    const beginning = fromText(search, texts, limit, this.limits);
    const walked = !beginning && total >= walkFrom ? await walk() : undefined;
    return walked ?? this.gathered(search, beginning ?? (await this.plan(search, texts, limit)), after, limit);
  }

  /** A lead's place in an order; null when it has no value there. */
  async place(leadId: string, field: LeadSort["field"]): Promise<string[] | null> {
    const rows = await this.db.$queryRaw<{ place: string[] | null }[]>`
      SELECT ${order.placeOf(field)} AS "place" FROM leads l WHERE l.id = ${leadId}::uuid`;
    return rows[0]?.place ?? null;
  }

  /** How to find all leads of a search, when so many of them are wanted at once. */
  async planFor(search: LeadSearch, limit: number): Promise<SearchPlan> {
    const texts = await this.texts(search.filter);
    return fromText(search, texts, limit, this.limits) ?? this.plan(search, texts, limit);
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
      if (await this.isLonger(stretch, most)) return undefined;
    }
    return rows;
  }

  private stretch(search: LeadSearch, stretch: order.Stretch, most: number, limit: number): Promise<PlacedLead[]> {
    const { condition, ordering } = stretch;
    return this.db.$queryRaw<PlacedLead[]>`
      SELECT ${leadColumns}, ${order.placeOf(search.sort.field)} AS "place" FROM (
        SELECT l.* FROM leads l WHERE ${condition} ORDER BY ${ordering} LIMIT ${most}::int) l
      WHERE l.deleted_at IS NULL AND ${conditionOf(search, byRows)} ORDER BY ${ordering} LIMIT ${limit}::int`;
  }

  private async isLonger({ condition, ordering }: order.Stretch, most: number): Promise<boolean> {
    const rows = await this.db.$queryRaw<unknown[]>`
      SELECT 1 FROM leads l WHERE ${condition} ORDER BY ${ordering} OFFSET ${most}::int LIMIT 1`;
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

  /** How many texts hold those of the filter, by a sample of them. */
  private async texts(filter: LeadFilter): Promise<TextProbe> {
    const texts = textsToProbe(filter);
    if (texts.length === 0) return { leads: 0, texts: 0, shares: new Map() };
    const [row] = await this.db.$queryRaw<{ leads: number; texts: number; shares: TextShares[] }[]>`
      SELECT ${rowsOf("leads")} AS "leads", ${rowsOf("lead_search")} AS "texts",
        json_build_array(${join(texts.map((text) => textShares(text, TEXT_PAGES)))}) AS "shares"`;
    if (!row) throw new Error("a sample is always one row");
    return { ...row, shares: new Map(texts.map((text, at) => [text, row.shares[at] ?? EVERYWHERE])) };
  }

  /**
   * Decides by a sample of leads too. Each is asked for the driving texts only when it meets everything else, and for
   * deleted_at, its last column, last of that.
   */
  private async plan(search: LeadSearch, texts: TextProbe, limit: number): Promise<SearchPlan> {
    const { filter, sort } = search;
    // A look at all notes for what none of the sample holds is quicker than one at the notes of each lead.
    const form: FilterForm = {
      text: ({ value }) => (texts.shares.get(String(value))?.notes === 0 ? "own" : "row"),
    };
    const rest = sql`(${conditionOf({ ...search, filter: without(filter, drivingLeaves(filter)) }, form)})
      AND l.deleted_at IS NULL`;
    const driving = filterCondition({ and: drivingLeaves(filter) }, form);
    const [sample] = await this.db.$queryRaw<Omit<SearchProbe, "texts" | "shares">[]>`
      WITH sample AS MATERIALIZED (
        SELECT l.id, ${order.sortColumns(sort)}, ${order.withinRange(filter, sort)} AS ahead,
          CASE WHEN ${rest} THEN CASE WHEN ${driving} THEN 2 ELSE 1 END ELSE 0 END AS met
        FROM leads l TABLESAMPLE SYSTEM (${samplePercent("leads", SAMPLE_PAGES)}) REPEATABLE (1))
      SELECT s.*, ${rowsOf("leads")} AS "leads",
        CASE WHEN s.matched >= ${this.limits.sureSample}::int THEN (
          SELECT coalesce(min(p.place)::int - 1, 0) FROM (
            SELECT l.met, row_number() OVER (ORDER BY ${order.leadOrdering(sort)}) AS place
            FROM sample l WHERE l.ahead) p
          WHERE p.met = 2) ELSE 0 END AS "passed"
      FROM (
        SELECT count(*)::int AS "sampled", (count(*) FILTER (WHERE met > 0))::int AS "filtered",
          (count(*) FILTER (WHERE met = 2))::int AS "matched" FROM sample) s`;
    if (!sample) throw new Error("a sample is always one row");
    return searchPlan(filter, { ...texts, ...sample }, limit, this.limits);
  }
}

/** What a search knows before it has looked at leads. */
type TextProbe = Pick<SearchProbe, "leads" | "texts" | "shares">;

/** The plan that begins with a text, when one is rare enough to say so without a sample of leads. */
function fromText(
  { filter }: LeadSearch,
  texts: TextProbe,
  limit: number,
  limits: SearchLimits,
): SearchPlan | undefined {
  const plan = searchPlan(filter, { ...texts, sampled: 0, filtered: 0, matched: 0, passed: 0 }, limit, limits);
  return plan.driver === undefined ? undefined : plan;
}

const byRows: FilterForm = { text: () => "row" };

export function conditionOf({ filter, visibleTo }: LeadSearch, form: FilterForm): Prisma.Sql {
  const condition = filterCondition(filter, form);
  return visibleTo === undefined ? condition : sql`${visibleToAgent(visibleTo)} AND ${condition}`;
}

/**
 * The leads that match, with what they can be ordered by, removed ones included. OFFSET 0 keeps the planner from
 * walking along a sort index here, and settles what each lead is asked first: a few bytes of its first columns, then
 * texts and lists, and deleted_at, the last column, only of those that match. In one WHERE a million leads took more
 * than twice as long (226 ms against 87 ms).
 */
export function matches(search: LeadSearch, plan: SearchPlan, within: Prisma.Sql = sql`TRUE`): Prisma.Sql {
  const { driver } = plan;
  const form: FilterForm = { text: (leaf) => plan.texts.get(leaf) ?? "row" };
  const begin = driver === undefined ? sql`TRUE` : sql`l.id = ANY(ARRAY(${textMatches(String(driver.value))}))`;
  // Free text is settled by beginning with it; part of a name may yet have been found in a note.
  const { first, later } = byEffort(driver?.field === "text" ? without(search.filter, [driver]) : search.filter);
  return sql`
    SELECT l.id, l.name, l.priority, l.assigned_at, l.last_activity_at, l.created_at, l.follow_up_on,
      l.deleted_at FROM (
      SELECT l.* FROM leads l
      WHERE ${begin} AND ${within} AND ${conditionOf({ ...search, filter: first }, form)} OFFSET 0) l
    WHERE ${filterCondition(later, form)} OFFSET 0`;
}
