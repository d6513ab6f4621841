import { Prisma } from "@/lib/db/generated/client";
import type { LeadSort, SortField } from "../domain/lead-sort";

const { sql, join } = Prisma;

/** A lead's place in an order: its values there (null when it has none), and its id. */
export interface Place {
  values: readonly string[] | null;
  id: string;
}

interface SortKey {
  /** The columns on the alias `l` of leads, the id apart, and what a cursor's text of each becomes. */
  columns: readonly { column: Prisma.Sql; type: Prisma.Sql }[];
  nullable: boolean;
  /** Whether an index holds the rows in this order. */
  indexed: boolean;
}

const instant = sql`timestamptz`;

/**
 * priority goes on by created_at, as its index does. last_activity has no index: every touch of a lead would have to
 * write to it (a bulk change of 10,000 dispositions took three times as long with it), and ordering all leads by it
 * takes about as long as counting them.
 */
const KEYS: Readonly<Record<SortField, SortKey>> = {
  created_at: { columns: [{ column: sql`l.created_at`, type: instant }], nullable: false, indexed: true },
  assigned_at: { columns: [{ column: sql`l.assigned_at`, type: instant }], nullable: true, indexed: true },
  last_activity: { columns: [{ column: sql`l.last_activity_at`, type: instant }], nullable: true, indexed: false },
  name: { columns: [{ column: sql`l.name`, type: sql`text` }], nullable: false, indexed: true },
  priority: {
    columns: [
      { column: sql`l.priority`, type: sql`"Priority"` },
      { column: sql`l.created_at`, type: instant },
    ],
    nullable: false,
    indexed: true,
  },
};

export function isIndexed(field: SortField): boolean {
  return KEYS[field].indexed;
}

export function isNullable(field: SortField): boolean {
  return KEYS[field].nullable;
}

/** The whole order, as it stands after ORDER BY: empty values last in both directions. */
export function leadOrdering({ field, direction }: LeadSort): Prisma.Sql {
  const way = direction === "asc" ? sql`ASC` : sql`DESC`;
  const { columns, nullable } = KEYS[field];
  const keys = columns.map(({ column }) => sql`${column} ${way}${nullable ? sql` NULLS LAST` : Prisma.empty}`);
  return join([...keys, sql`l.id ${way}`], ", ");
}

/** The order within the leads that have a value, or within those that have none: as the index has it. */
export function indexOrdering({ field, direction }: LeadSort): Prisma.Sql {
  const way = direction === "asc" ? sql`ASC` : sql`DESC`;
  return join([...KEYS[field].columns.map(({ column }) => sql`${column} ${way}`), sql`l.id ${way}`], ", ");
}

/** The lead's place in the order as text for a cursor: an array, or null when it has no value. */
export function placeOf(field: SortField): Prisma.Sql {
  const { columns, nullable } = KEYS[field];
  const values = sql`ARRAY[${join(columns.map(({ column }) => sql`${column}::text`))}]`;
  return nullable ? sql`CASE WHEN ${hasValue(field)} THEN ${values} END` : values;
}

/** Whether a lead has a value to be ordered by. */
export function hasValue(field: SortField): Prisma.Sql {
  return sql`${firstOf(field).column} IS NOT NULL`;
}

/** The leads beyond a position among those that have a value (or, past the last of them, among those that have none). */
export function beyondIndexed({ field, direction }: LeadSort, after: Place): Prisma.Sql {
  const than = direction === "asc" ? sql`>` : sql`<`;
  const { columns } = KEYS[field];
  if (after.values === null) return sql`l.id ${than} ${after.id}::uuid`;
  const values = after.values;
  const bound = columns.map(({ type }, at) => sql`${values[at] ?? null}::${type}`);
  return sql`(${join(columns.map(({ column }) => column))}, l.id) ${than} (${join(bound)}, ${after.id}::uuid)`;
}

/** All leads beyond a position. */
export function beyond(sort: LeadSort, after: Place): Prisma.Sql {
  const next = beyondIndexed(sort, after);
  if (!KEYS[sort.field].nullable) return next;
  const without = sql`NOT (${hasValue(sort.field)})`;
  return after.values === null ? sql`(${without} AND ${next})` : sql`(${next} OR ${without})`;
}

/** What a lead without an index of its order is compared with: its first value, as text. */
export function keyText(field: SortField): Prisma.Sql {
  return sql`${firstOf(field).column}::text`;
}

/** The leads that come no later than one with this value. */
export function notLaterThan({ field, direction }: LeadSort, value: string): Prisma.Sql {
  const { column, type } = firstOf(field);
  return direction === "asc" ? sql`${column} <= ${value}::${type}` : sql`${column} >= ${value}::${type}`;
}

function firstOf(field: SortField): { column: Prisma.Sql; type: Prisma.Sql } {
  const [first] = KEYS[field].columns;
  if (!first) throw new Error(`${field} is ordered by nothing`);
  return first;
}
