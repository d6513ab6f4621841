import { Prisma } from "@/lib/db/generated/client";
import { type FilterField, type FilterLeaf, type LeadFilter, requiredLeaves } from "../domain/lead-filter";
import type { LeadSort, SortField } from "../domain/lead-sort";
import { prioritiesOf } from "../domain/search-plan";
import { leafCondition } from "./lead-filter.sql";

const { sql, join } = Prisma;

/** A lead's place in an order: its values there (null when it has none), and its id. */
export interface Place {
  values: readonly string[] | null;
  id: string;
}

interface SortKey {
  /** The columns on the alias `l` of leads, the id apart, and what a cursor's text of each becomes. */
  columns: readonly [Column, ...Column[]];
  nullable: boolean;
  /** Its index leaves out the leads that have no value: those are walked along their ids. */
  sparse?: boolean;
}

/** A part of an order that an index holds. */
export interface Stretch {
  condition: Prisma.Sql;
  ordering: Prisma.Sql;
}

interface Column {
  column: Prisma.Sql;
  type: Prisma.Sql;
}

const instant = sql`timestamptz`;
const created: Column = { column: sql`l.created_at`, type: instant };

/** Each has its index; priority goes on by created_at, as its index does. */
const KEYS: Readonly<Record<SortField, SortKey>> = {
  created_at: { columns: [created], nullable: false },
  assigned_at: { columns: [{ column: sql`l.assigned_at`, type: instant }], nullable: true },
  last_activity: { columns: [{ column: sql`l.last_activity_at`, type: instant }], nullable: true },
  name: { columns: [{ column: sql`l.name`, type: sql`text` }], nullable: false },
  follow_up_on: { columns: [{ column: sql`l.follow_up_on`, type: sql`date` }], nullable: true, sparse: true },
  priority: { columns: [{ column: sql`l.priority`, type: sql`"Priority"` }, created], nullable: false },
};

/** The whole order, as it stands after ORDER BY: empty values last in both directions. */
export function leadOrdering({ field, direction }: LeadSort): Prisma.Sql {
  const { columns, nullable } = KEYS[field];
  const keys = columns.map(
    ({ column }) => sql`${column} ${way(direction)}${nullable ? sql` NULLS LAST` : Prisma.empty}`,
  );
  return join([...keys, sql`l.id ${way(direction)}`], ", ");
}

/** The columns of the order, as they are named on leads, the id apart. */
export function sortColumns({ field }: LeadSort): Prisma.Sql {
  return join(KEYS[field].columns.map(({ column }) => column));
}

/** The condition on a lead that a walk in this order would look at it. */
export function withinRange(filter: LeadFilter, { field }: LeadSort): Prisma.Sql {
  const priorities =
    field === "priority" ? sql` AND l.priority = ANY(${prioritiesOf(filter)}::"Priority"[])` : Prisma.empty;
  return sql`(${rangeOf(filter, field)}${priorities}) IS TRUE`;
}

/** The lead's place in the order as text for a cursor: an array, or null when it has no value. */
export function placeOf(field: SortField): Prisma.Sql {
  const { columns, nullable } = KEYS[field];
  const values = sql`ARRAY[${join(columns.map(({ column }) => sql`${column}::text`))}]`;
  return nullable ? sql`CASE WHEN ${columns[0].column} IS NOT NULL THEN ${values} END` : values;
}

/** All leads beyond a position. */
export function beyond({ field, direction }: LeadSort, after: Place): Prisma.Sql {
  const { columns, nullable } = KEYS[field];
  const [first] = columns;
  if (after.values === null) return sql`(${first.column} IS NULL AND l.id ${than(direction)} ${after.id}::uuid)`;
  const next = rowBeyond(columns, direction, after.values, after.id);
  return nullable ? sql`(${next} OR ${first.column} IS NULL)` : next;
}

/**
 * The order in stretches, one after another, each of which an index holds: those that have a
 * value, then those that have none; or priority by priority. Without those before `after`, and without what the filter
 * rules out of the order's own columns. A stretch is put so that the planner knows how long it is: comparing priority,
 * time and id in one row, it expected one lead instead of half a million, and sorted them all.
 */
export function stretches(filter: LeadFilter, { field, direction }: LeadSort, after?: Place): Stretch[] {
  const { columns, nullable, sparse } = KEYS[field];
  const [first] = columns;
  const last = columns.at(-1) ?? first;
  const within = rangeOf(filter, field);
  const byId = sql`l.id ${way(direction)}`;
  const ordering = sql`${last.column} ${way(direction)}, ${byId}`;
  const passed = (values: readonly string[]): Prisma.Sql =>
    rowBeyond([last], direction, values.slice(-1), after?.id ?? "");
  if (field === "priority") {
    const all = prioritiesOf(filter);
    const inOrder = direction === "asc" ? all : all.toReversed();
    const reached = after?.values ? RANKS.indexOf(after.values[0] ?? "") : undefined;
    const isAhead = (priority: string): boolean => {
      if (reached === undefined) return true;
      const rank = RANKS.indexOf(priority);
      return direction === "asc" ? rank >= reached : rank <= reached;
    };
    return inOrder.filter(isAhead).map((priority) => {
      const begun = after?.values && priority === after.values[0] ? sql` AND ${passed(after.values)}` : Prisma.empty;
      return { condition: sql`${first.column} = ${priority}::"Priority" AND ${within}${begun}`, ordering };
    });
  }
  if (!nullable) {
    return [{ condition: after?.values ? sql`${within} AND ${passed(after.values)}` : within, ordering }];
  }
  const having = sql`${first.column} IS NOT NULL AND ${within}`;
  const lacking = { condition: sql`${first.column} IS NULL AND ${within}`, ordering: sparse ? byId : ordering };
  if (after?.values === null) {
    return [{ ...lacking, condition: sql`${lacking.condition} AND l.id ${than(direction)} ${after.id}::uuid` }];
  }
  return [{ condition: after?.values ? sql`${having} AND ${passed(after.values)}` : having, ordering }, lacking];
}

const RANKS: readonly string[] = ["normal", "high", "urgent"];
const RANGES: readonly string[] = ["eq", "in", "gt", "gte", "lt", "lte", "between", "within_last"];

/** What a filter requires of the order's last column, so that a walk begins and ends where it should. */
function rangeOf(filter: LeadFilter, sortField: SortField): Prisma.Sql {
  const field: FilterField = sortField === "priority" ? "created_at" : sortField;
  const isRange = (leaf: FilterLeaf): boolean => leaf.field === field && RANGES.includes(leaf.op);
  const conditions = requiredLeaves(filter)
    .filter(isRange)
    .map((leaf) => leafCondition(leaf));
  return conditions.length === 0 ? sql`TRUE` : join(conditions, " AND ");
}

function rowBeyond(
  columns: readonly Column[],
  direction: LeadSort["direction"],
  values: readonly string[],
  id: string,
): Prisma.Sql {
  const bound = columns.map(({ type }, at) => sql`${values[at] ?? null}::${type}`);
  return sql`(${join(columns.map(({ column }) => column))}, l.id) ${than(direction)} (${join(bound)}, ${id}::uuid)`;
}

const way = (direction: LeadSort["direction"]): Prisma.Sql => (direction === "asc" ? sql`ASC` : sql`DESC`);
const than = (direction: LeadSort["direction"]): Prisma.Sql => (direction === "asc" ? sql`>` : sql`<`);
