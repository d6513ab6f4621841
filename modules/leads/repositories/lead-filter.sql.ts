import { Prisma } from "@/lib/db/generated/client";
import { type FilterField, type FilterLeaf, kindOf, type LeadFilter, windowSchema } from "../domain/lead-filter";

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
};

/** The condition on `leads l` that a checked filter stands for. An empty `and` holds for all, an empty `or` for none. */
export function filterCondition(filter: LeadFilter): Prisma.Sql {
  if ("and" in filter) return filter.and.length === 0 ? TRUE : group(filter.and, " AND ");
  if ("or" in filter) return filter.or.length === 0 ? FALSE : group(filter.or, " OR ");
  // A condition over an empty column is unknown; "not" then means "does not hold".
  if ("not" in filter) return sql`(${filterCondition(filter.not)}) IS NOT TRUE`;
  return leafCondition(filter);
}

function group(parts: readonly LeadFilter[], separator: string): Prisma.Sql {
  return sql`(${join(parts.map(filterCondition), separator)})`;
}

function leafCondition(leaf: FilterLeaf): Prisma.Sql {
  if (leaf.field === "text") return freeTextCondition(String(leaf.value));
  const column = COLUMNS[leaf.field];
  switch (kindOf(leaf.field)) {
    case "text":
    case "choice":
      return textCondition(column, leaf);
    case "priority":
      return comparison(column, leaf, (value) => sql`${value}::"Priority"`);
    case "tags":
      return tagsCondition(column, leaf);
    case "agent":
      return agentCondition(column, leaf);
    case "instant":
      return instantCondition(column, leaf);
    case "number":
      return comparison(column, leaf, (value) => sql`${value}::numeric`);
    case "free_text":
      return freeTextCondition(String(leaf.value));
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
      return comparison(column, leaf, (value) => sql`${value}::text`);
  }
}

/** Equality, membership and order for any column whose values `cast` turns into its type. */
function comparison(column: Prisma.Sql, leaf: FilterLeaf, cast: (value: unknown) => Prisma.Sql): Prisma.Sql {
  const many = () => join((leaf.value as unknown[]).map(cast));
  switch (leaf.op) {
    case "eq":
      return sql`${column} = ${cast(leaf.value)}`;
    case "neq":
      return sql`${column} IS DISTINCT FROM ${cast(leaf.value)}`;
    case "in":
      return sql`${column} IN (${many()})`;
    case "not_in":
      return sql`(${column} IN (${many()})) IS NOT TRUE`;
    case "gt":
      return sql`${column} > ${cast(leaf.value)}`;
    case "gte":
      return sql`${column} >= ${cast(leaf.value)}`;
    case "lt":
      return sql`${column} < ${cast(leaf.value)}`;
    case "lte":
      return sql`${column} <= ${cast(leaf.value)}`;
    case "between": {
      const [from, to] = leaf.value as [unknown, unknown];
      return sql`${column} BETWEEN ${cast(from)} AND ${cast(to)}`;
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

function agentCondition(column: Prisma.Sql, leaf: FilterLeaf): Prisma.Sql {
  const emails = (values: readonly string[]) =>
    sql`ARRAY(SELECT a.id FROM agents a JOIN users u ON u.id = a.user_id WHERE u.email = ANY(${values}::text[]))`;
  switch (leaf.op) {
    case "eq":
      return sql`${column} = ANY(${emails([String(leaf.value)])})`;
    case "neq":
      return sql`(${column} = ANY(${emails([String(leaf.value)])})) IS NOT TRUE`;
    case "in":
      return sql`${column} = ANY(${emails(leaf.value as string[])})`;
    case "not_in":
      return sql`(${column} = ANY(${emails(leaf.value as string[])})) IS NOT TRUE`;
    case "is_empty":
      return sql`${column} IS NULL`;
    case "is_not_empty":
      return sql`${column} IS NOT NULL`;
    default:
      throw new Error(`checkFilter let ${leaf.op} through for assigned_agent`);
  }
}

function instantCondition(column: Prisma.Sql, leaf: FilterLeaf): Prisma.Sql {
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
      return comparison(column, leaf, (value) => sql`${value}::timestamptz`);
  }
}

/** Name, e-mail, phone digits and notes. */
export function freeTextCondition(text: string): Prisma.Sql {
  const pattern = `%${escapeLike(text)}%`;
  const digits = text.replaceAll(/\D/g, "");
  const phone = digits.length >= 3 ? sql`OR l.phone LIKE ${`%${digits}%`}` : Prisma.empty;
  return sql`(l.name ILIKE ${pattern} OR l.email ILIKE ${pattern} ${phone} OR EXISTS (
    SELECT 1 FROM lead_activities n WHERE n.lead_id = l.id AND n.type = 'note' AND n.data->>'text' ILIKE ${pattern}))`;
}

/** Text that LIKE takes literally. */
export function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, (character) => `\\${character}`);
}
