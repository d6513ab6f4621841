import { Prisma } from "@/lib/db/generated/client";
import { isShort, phoneDigits } from "../domain/free-text";

const { sql } = Prisma;

/**
 * The condition on a row `s` of lead_search (see its migrations for the form of its text) that it holds this text. Own
 * rows and notes have an index each, and a condition each: without it the database takes neither.
 */
function rowMatches(text: string): Prisma.Sql {
  const form = sql`replace(replace(search_form(${text}::text), '%', '\\%'), '_', '\\_')`;
  if (isShort(text)) return sql`(s.note_id = 0 AND s.text LIKE '% ' || ${form} || '%')`;
  const anywhere = sql`s.text LIKE '%' || ${form} || '%'`;
  const digits = phoneDigits(text);
  // The phone number follows the second Z.
  const phone =
    digits === undefined
      ? Prisma.empty
      : sql` OR (s.note_id = 0 AND s.text LIKE '%Z%Z%' || search_form(${digits}::text) || '%')`;
  return sql`((s.note_id = 0 AND ${anywhere}) OR (s.note_id <> 0 AND ${anywhere})${phone})`;
}

/** The ids of the leads with this text, some of them more than once. */
export function textMatches(text: string): Prisma.Sql {
  return sql`SELECT s.lead_id FROM lead_search s WHERE ${rowMatches(text)}`;
}

/** The condition on `leads l`, by looking up all that have the text. */
export function isAmongTextMatches(text: string): Prisma.Sql {
  return sql`l.id IN (${textMatches(text)})`;
}

/**
 * The condition on `leads l`, by looking at its own texts. A scalar subquery, because the planner would turn EXISTS into
 * a join and begin with all the leads that have the text.
 */
export function hasText(text: string): Prisma.Sql {
  return sql`coalesce((SELECT true FROM lead_search s WHERE s.lead_id = l.id AND ${rowMatches(text)} LIMIT 1), false)`;
}

/** The share of lead_search's rows that hold the text, by about `pages` pages of it. */
export function textShare(text: string, pages: number): Prisma.Sql {
  return sql`(SELECT coalesce(avg((${rowMatches(text)})::int), 0)::float8 FROM lead_search s
    TABLESAMPLE SYSTEM (${samplePercent("lead_search", pages)}) REPEATABLE (1))`;
}

/** What TABLESAMPLE SYSTEM is given to read about `pages` pages of a table. */
export function samplePercent(table: "leads" | "lead_search", pages: number): Prisma.Sql {
  return sql`least(100, 100.0 * ${pages}::int * current_setting('block_size')::int
    / greatest(1, pg_relation_size(${table}::regclass)))`;
}

/** About how many rows a table has: as dense as at its last analysis, over the pages it has now. */
export function rowsOf(table: "leads" | "lead_search"): Prisma.Sql {
  return sql`(SELECT pg_relation_size(c.oid) / current_setting('block_size')::int *
      CASE WHEN c.reltuples > 0 AND c.relpages > 0 THEN c.reltuples::float8 / c.relpages ELSE 30 END
    FROM pg_class c WHERE c.oid = ${table}::regclass)`;
}
