import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { Position } from "../domain/cursor";
import type { LeadRow, Priority } from "../domain/lead";
import { escapeLike } from "./lead-filter.sql";
import { leadColumns } from "./lead.repository";

const { sql, join } = Prisma;

export type LeadSort = "created_at" | "assigned_at" | "last_activity" | "name" | "priority";
export type Direction = "asc" | "desc";

export interface LeadListQuery {
  /** Only this agent's leads and those nobody has. */
  visibleTo?: string | undefined;
  q?: string | undefined;
  /** An e-mail, or null for leads nobody has. */
  agentEmail?: string | null | undefined;
  disposition?: string | undefined;
  priority?: Priority | undefined;
}

interface SortColumn {
  column: Prisma.Sql;
  /** What a cursor's text becomes. */
  type: Prisma.Sql;
  nullable: boolean;
}

const SORTS: Readonly<Record<LeadSort, SortColumn>> = {
  created_at: { column: sql`l.created_at`, type: sql`timestamptz`, nullable: false },
  assigned_at: { column: sql`l.assigned_at`, type: sql`timestamptz`, nullable: true },
  last_activity: { column: sql`l.last_activity_at`, type: sql`timestamptz`, nullable: true },
  name: { column: sql`l.name`, type: sql`text`, nullable: false },
  priority: { column: sql`l.priority`, type: sql`"Priority"`, nullable: false },
};

/** Counting stops here: beyond it the planner's estimate is told, and said to be one. */
const EXACT_UP_TO = 10_000;

/** Pages of leads by keyset: as quick at the end as at the beginning, and stable while rows come and go. */
export class LeadListRepository {
  constructor(private readonly db: Db) {}

  /** Leads after `after`, each with its sort value as text. Leads without a value come last in either direction. */
  async page(
    query: LeadListQuery,
    sort: LeadSort,
    direction: Direction,
    after: Position | undefined,
    limit: number,
  ): Promise<(LeadRow & { sortValue: string | null })[]> {
    const { column } = SORTS[sort];
    const where = after ? sql`${condition(query)} AND ${beyond(sort, direction, after)}` : condition(query);
    return this.db.$queryRaw<(LeadRow & { sortValue: string | null })[]>`
      SELECT ${leadColumns}, ${column}::text AS "sortValue" FROM leads l
      WHERE ${where} ORDER BY ${ordering(sort, direction)} LIMIT ${limit}::int`;
  }

  /** How many leads match: exact up to 10,000, the planner's estimate above. */
  async count(query: LeadListQuery): Promise<{ total: number; isEstimate: boolean }> {
    const rows = await this.db.$queryRaw<{ total: number }[]>`
      SELECT count(*)::int AS "total" FROM (
        SELECT 1 FROM leads l WHERE ${condition(query)} LIMIT ${EXACT_UP_TO + 1}::int) counted`;
    const total = rows[0]?.total ?? 0;
    if (total <= EXACT_UP_TO) return { total, isEstimate: false };
    const plans = await this.db.$queryRaw<{ "QUERY PLAN": { Plan: { "Plan Rows": number } }[] }[]>`
      EXPLAIN (FORMAT JSON) SELECT 1 FROM leads l WHERE ${condition(query)}`;
    const estimate = plans[0]?.["QUERY PLAN"][0]?.Plan["Plan Rows"] ?? 0;
    return { total: Math.max(total, Math.round(estimate)), isEstimate: true };
  }
}

function condition(query: LeadListQuery): Prisma.Sql {
  const parts = [sql`l.deleted_at IS NULL`];
  const { visibleTo, q, agentEmail, disposition, priority } = query;
  if (visibleTo !== undefined) parts.push(sql`(l.assigned_agent IS NULL OR l.assigned_agent = ${visibleTo}::uuid)`);
  if (agentEmail === null) parts.push(sql`l.assigned_agent IS NULL`);
  else if (agentEmail !== undefined) {
    parts.push(sql`l.assigned_agent = (
      SELECT a.id FROM agents a JOIN users u ON u.id = a.user_id WHERE u.email = ${agentEmail.toLowerCase()})`);
  }
  if (disposition !== undefined) parts.push(sql`l.disposition = ${disposition}`);
  if (priority !== undefined) parts.push(sql`l.priority = ${priority}::"Priority"`);
  if (q !== undefined && q !== "") parts.push(textCondition(q));
  return join(parts, " AND ");
}

/** Name, e-mail or, given at least three digits, the digits of the phone number. */
function textCondition(q: string): Prisma.Sql {
  const pattern = `%${escapeLike(q)}%`;
  const digits = q.replaceAll(/\D/g, "");
  // Only what is written like a number is one: "Studio 54321" is a name.
  const phone = /^[\d\s()+./-]+$/.test(q) && digits.length >= 3 ? sql`OR l.phone LIKE ${`%${digits}%`}` : Prisma.empty;
  return sql`(l.name ILIKE ${pattern} OR l.email ILIKE ${pattern} ${phone})`;
}

function ordering(sort: LeadSort, direction: Direction): Prisma.Sql {
  const { column, nullable } = SORTS[sort];
  const way = direction === "asc" ? sql`ASC` : sql`DESC`;
  return nullable ? sql`${column} ${way} NULLS LAST, l.id ${way}` : sql`${column} ${way}, l.id ${way}`;
}

/** The rows that stand after a position in the list's order. */
function beyond(sort: LeadSort, direction: Direction, after: Position): Prisma.Sql {
  const { column, type, nullable } = SORTS[sort];
  const than = direction === "asc" ? sql`>` : sql`<`;
  if (after.value === null) return sql`(${column} IS NULL AND l.id ${than} ${after.id}::uuid)`;
  const next = sql`(${column}, l.id) ${than} (${after.value}::${type}, ${after.id}::uuid)`;
  return nullable ? sql`(${next} OR ${column} IS NULL)` : next;
}
