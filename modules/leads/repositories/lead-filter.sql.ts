import { Prisma } from "@/lib/db/generated/client";
import { type FilterField, type FilterLeaf, kindOf, type LeadFilter, windowSchema } from "../domain/lead-filter";
import { escapeLike, hasText, isAmongTextMatches } from "./lead-text.sql";

const { sql, join } = Prisma;
const TRUE = sql`TRUE`;
const FALSE = sql`FALSE`;

/** The column of a field, on the alias `l` of leads. Fields never reach SQL as text. */
const COLUMNS: Readonly<Record<Exclude<FilterField, "text">, Prisma.Sql>> = {
  name: sql`l.name`,
  phone: sql`l.phone`,
  email: sql`l.email`,
  source: sql`l.source`,
  disposition: sql`l.disposition`,
  priority: sql`l.priority`,
  tags: sql`l.tags`,
  assigned_agent: sql`l.assigned_agent`,
  assigned_at: sql`l.assigned_at`,
  last_activity: sql`l.last_activity_at`,
  notes_count: sql`l.notes_count`,
  created_at: sql`l.created_at`,
  updated_at: sql`l.updated_at`,
  team: sql`l.team_id`,
  locked: sql`l.locked_at`,
  return_due_at: sql`l.return_due_at`,
  follow_up_on: sql`l.follow_up_on`,
};

export interface FilterForm {
  /**
   * Whether the leads with a text are all looked up first ("set": for rare texts, and when everything found is wanted),
   * or each lead is asked: for its own words alone where few notes have the text ("own"), or for its notes too ("row").
   */
  text(leaf: FilterLeaf): "set" | "own" | "row";
}

const BY_SETS: FilterForm = { text: () => "set" };

/** The condition on `leads l` that a checked filter stands for. An empty `and` holds for all, an empty `or` for none. */
export function filterCondition(filter: LeadFilter, form: FilterForm = BY_SETS): Prisma.Sql {
  if ("and" in filter) return filter.and.length === 0 ? TRUE : group(filter.and, " AND ", form);
  if ("or" in filter) return filter.or.length === 0 ? FALSE : group(filter.or, " OR ", form);
  // A condition over an empty column is unknown; "not" then means "does not hold".
  if ("not" in filter) return sql`(${filterCondition(filter.not, form)}) IS NOT TRUE`;
  return leafCondition(filter, form);
}

function group(parts: readonly LeadFilter[], separator: string, form: FilterForm): Prisma.Sql {
  return sql`(${join(
    parts.map((part) => filterCondition(part, form)),
    separator,
  )})`;
}

export function leafCondition(leaf: FilterLeaf, form: FilterForm = BY_SETS): Prisma.Sql {
  if (leaf.field === "text") {
    const text = String(leaf.value);
    const way = form.text(leaf);
    return way === "set" ? isAmongTextMatches(text) : hasText(text, way === "own" ? "set" : "row");
  }
  const column = COLUMNS[leaf.field];
  switch (kindOf(leaf.field)) {
    case "text":
    case "choice":
      return textCondition(column, leaf);
    case "priority":
      return comparison(column, leaf, sql`"Priority"`);
    case "tags":
      return tagsCondition(column, leaf);
    case "agent":
      return belonging(column, leaf, {
        ids: sql`SELECT a.id FROM agents a JOIN users u ON u.id = a.user_id`,
        name: sql`u.email`,
      });
    case "team":
      return belonging(column, leaf, { ids: sql`SELECT t.id FROM teams t`, name: sql`t.name` });
    case "presence":
    case "instant":
      return instantCondition(column, leaf, sql`timestamptz`);
    case "date":
      return instantCondition(column, leaf, sql`date`);
    case "number":
      return comparison(column, leaf, sql`numeric`);
    case "free_text":
      throw new Error("free text was handled above");
  }
}

function textCondition(column: Prisma.Sql, leaf: FilterLeaf): Prisma.Sql {
  const pattern = (value: unknown) => escapeLike(String(value));
  switch (leaf.op) {
    case "contains":
      return sql`${column} ILIKE ${`%${pattern(leaf.value)}%`}`;
    case "not_contains":
      return sql`(${column} ILIKE ${`%${pattern(leaf.value)}%`}) IS NOT TRUE`;
    case "starts_with":
      return sql`${column} ILIKE ${`${pattern(leaf.value)}%`}`;
    case "is_empty":
      return sql`(${column} IS NULL OR ${column} = '')`;
    case "is_not_empty":
      return sql`(${column} <> '')`;
    default:
      return comparison(column, leaf, sql`text`);
  }
}

/**
 * Equality, membership and order for any column of the type `type`. A list travels as one array: a statement has room for
 * some thirty thousand values. Cast once: from text to an enum or an instant would be done again for every row.
 */
function comparison(column: Prisma.Sql, leaf: FilterLeaf, type: Prisma.Sql): Prisma.Sql {
  const one = (value: unknown) => sql`${String(value)}::${type}`;
  const many = () => sql`${(leaf.value as unknown[]).map(String)}::${type}[]`;
  switch (leaf.op) {
    case "eq":
      return sql`${column} = ${one(leaf.value)}`;
    case "neq":
      return sql`${column} IS DISTINCT FROM ${one(leaf.value)}`;
    case "in":
      return sql`${column} = ANY(${many()})`;
    case "not_in":
      return sql`(${column} = ANY(${many()})) IS NOT TRUE`;
    case "gt":
      return sql`${column} > ${one(leaf.value)}`;
    case "gte":
      return sql`${column} >= ${one(leaf.value)}`;
    case "lt":
      return sql`${column} < ${one(leaf.value)}`;
    case "lte":
      return sql`${column} <= ${one(leaf.value)}`;
    case "between": {
      const [from, to] = leaf.value as [unknown, unknown];
      return sql`${column} BETWEEN ${one(from)} AND ${one(to)}`;
    }
    default:
      throw new Error(`checkFilter let ${leaf.op} through for ${leaf.field}`);
  }
}

function tagsCondition(column: Prisma.Sql, leaf: FilterLeaf): Prisma.Sql {
  switch (leaf.op) {
    case "contains":
      return sql`${column} @> ARRAY[${String(leaf.value)}]::text[]`;
    case "not_contains":
      return sql`NOT (${column} @> ARRAY[${String(leaf.value)}]::text[])`;
    case "in":
      return sql`${column} && ${leaf.value}::text[]`;
    case "not_in":
      return sql`NOT (${column} && ${leaf.value}::text[])`;
    case "is_empty":
      return sql`${column} = '{}'`;
    case "is_not_empty":
      return sql`${column} <> '{}'`;
    default:
      throw new Error(`checkFilter let ${leaf.op} through for tags`);
  }
}

/**
 * An agent or a team, by a unique name that is looked up; an unknown one is nobody. One name is compared as one value:
 * of an array the planner expects ten, and reads a million leads where an index leads to a hundredth of them.
 */
function belonging(
  column: Prisma.Sql,
  leaf: FilterLeaf,
  { ids, name }: { ids: Prisma.Sql; name: Prisma.Sql },
): Prisma.Sql {
  const one = () => sql`${column} = (${ids} WHERE ${name} = ${String(leaf.value)}::text)`;
  const any = () => sql`${column} = ANY(ARRAY(${ids} WHERE ${name} = ANY(${leaf.value}::text[])))`;
  switch (leaf.op) {
    case "eq":
      return one();
    case "neq":
      return sql`(${one()}) IS NOT TRUE`;
    case "in":
      return any();
    case "not_in":
      return sql`(${any()}) IS NOT TRUE`;
    case "is_empty":
      return sql`${column} IS NULL`;
    case "is_not_empty":
      return sql`${column} IS NOT NULL`;
    default:
      throw new Error(`checkFilter let ${leaf.op} through for ${leaf.field}`);
  }
}

function instantCondition(column: Prisma.Sql, leaf: FilterLeaf, type: Prisma.Sql): Prisma.Sql {
  switch (leaf.op) {
    case "is_empty":
      return sql`${column} IS NULL`;
    case "is_not_empty":
      return sql`${column} IS NOT NULL`;
    case "within_last": {
      const { n, unit } = windowSchema.parse(leaf.value);
      return sql`${column} >= (SELECT evenhand_now()) - (${`${n} ${unit}`}::interval)`;
    }
    default:
      return comparison(column, leaf, type);
  }
}
