import { Prisma } from "@/lib/db/generated/client";
import { isShort, phoneDigits } from "../domain/free-text";

const { sql } = Prisma;

/** A text as lead_search holds it, for LIKE. */
const searchForm = (text: string): Prisma.Sql =>
  sql`replace(replace(search_form(${text}::text), '%', '\\%'), '_', '\\_')`;

/**
 * The condition on a row `s` of lead_search (see its migrations for the form of its text) that it holds this text. Own
 * rows and notes have an index each, and a condition each: without it the database takes neither.
 */
function rowMatches(text: string): Prisma.Sql {
  const form = searchForm(text);
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
 * The condition on `leads l`, lead by lead. Its own words are asked of the lead itself, which costs a quarter of finding
 * its row of lead_search; its notes are found there: those with the text all at once ("set"), when they are few, or this
 * lead's. A scalar subquery, because the planner would turn EXISTS into a join and begin with all that have the text.
 */
export function hasText(text: string, notes: "set" | "row"): Prisma.Sql {
  const own = ownWords(text);
  if (isShort(text)) return own;
  const inNote = sql`s.text LIKE '%' || ${searchForm(text)} || '%'`;
  if (notes === "set") {
    return sql`(${own} OR l.id IN (SELECT s.lead_id FROM lead_search s WHERE s.note_id <> 0 AND ${inNote}))`;
  }
  return sql`(${own} OR l.notes_count > 0 AND coalesce((
    SELECT true FROM lead_search s WHERE s.lead_id = l.id AND s.note_id > 0 AND ${inNote} LIMIT 1), false))`;
}

/** The condition on `leads l` that its row in lead_search meets, said of its name, e-mail and phone number. */
function ownWords(text: string): Prisma.Sql {
  if (isShort(text)) {
    const begins = sql`lower(${`% ${escapeLike(text)}%`}::text)`;
    return sql`(' ' || lower(l.name) LIKE ${begins} OR coalesce(' ' || lower(l.email) LIKE ${begins}, false))`;
  }
  const holds = sql`lower(${`%${escapeLike(text)}%`}::text)`;
  const digits = phoneDigits(text);
  const phone =
    digits === undefined ? Prisma.empty : sql` OR regexp_replace(l.phone, '\\D', '', 'g') LIKE ${`%${digits}%`}`;
  return sql`(lower(l.name) LIKE ${holds} OR coalesce(lower(l.email) LIKE ${holds}, false)${phone})`;
}

/** Text that LIKE takes literally. */
export function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, (character) => `\\${character}`);
}

/** The shares of lead_search's rows, all and notes, that hold the text, by about `pages` pages of it: JSON. */
export function textShares(text: string, pages: number): Prisma.Sql {
  return sql`(SELECT json_build_object('all', coalesce(avg(m.found), 0), 'notes', coalesce(avg(m.found * m.note), 0))
    FROM (
      SELECT (${rowMatches(text)})::int AS found, (s.note_id <> 0)::int AS note
      FROM lead_search s TABLESAMPLE SYSTEM (${samplePercent("lead_search", pages)}) REPEATABLE (1) OFFSET 0) m)`;
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
