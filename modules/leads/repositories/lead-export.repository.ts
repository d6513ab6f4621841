import type { Readable } from "node:stream";
import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import { Snapshot } from "@/lib/db/snapshot";
import type { ExportCell, ExportSelection, LeadSnapshot, LeadSummary } from "../domain/lead-export";
import type { ExportColumn } from "../domain/lead-export";
import { filterCondition } from "./lead-filter.sql";
import { leadOrdering } from "./lead-sort.sql";
import { visibleToAgent } from "./lead-visibility.sql";

const { sql, join } = Prisma;

/** Code points that neutralised() looks for, the apostrophe among them. */
const BEGINNINGS = [..."'=+-@\t\r\n＝＋－＠"].map((letter) => letter.codePointAt(0) ?? 0);
const PATTERN = String.raw`^'*[=+@\t\r\n＝＋－＠-]`;

/**
 * A text as neutralised() makes it. The pattern is asked only of what begins (`beginning`) with one of its characters or
 * an apostrophe: for most texts that is one comparison instead of a search.
 */
function marked(text: Prisma.Sql, beginning: Prisma.Sql = text): Prisma.Sql {
  return sql`CASE WHEN ascii(${beginning}) = ANY(${BEGINNINGS}::int[]) AND ${text} ~ ${PATTERN} THEN '''' || ${text}
    ELSE ${text} END`;
}

function instant(column: Prisma.Sql): Prisma.Sql {
  return sql`to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

/**
 * Tags in one cell: parted by commas, those with a comma or quotation mark in quotation marks, which are doubled. The
 * first question is the cheapest: an array without quotation marks has no such tag.
 */
const tags = sql`CASE WHEN l.tags = '{}' THEN NULL
  WHEN strpos(l.tags::text, '"') = 0 OR array_to_string(l.tags, '') !~ '[,"]' THEN array_to_string(l.tags, ', ')
  ELSE (SELECT string_agg(CASE WHEN t.tag ~ '[,"]' THEN '"' || replace(t.tag, '"', '""') || '"' ELSE t.tag END, ', '
    ORDER BY t.n) FROM unnest(l.tags) WITH ORDINALITY AS t(tag, n)) END`;

/**
 * Names that many rows share, with their cells. Each lead looks for its own, so that leads can be read in the order of an
 * index and go out as they come: joined as tables, a million of them would be sorted on the disk first. OFFSET 0 keeps the
 * planner from computing a cell again for each row: a name is remembered with what was made of it (Memoize).
 */
const JOINS = sql`
  JOIN LATERAL (SELECT ${marked(sql`d.code`)} AS cell FROM dispositions d WHERE d.code = l.disposition OFFSET 0) d ON TRUE
  LEFT JOIN LATERAL (SELECT u.email, u.name, ${marked(sql`u.email`)} AS email_cell, ${marked(sql`u.name`)} AS name_cell
    FROM agents a JOIN users u ON u.id = a.user_id WHERE a.id = l.assigned_agent OFFSET 0) a ON TRUE
  LEFT JOIN LATERAL (SELECT t.name, ${marked(sql`t.name`)} AS name_cell FROM teams t
    WHERE t.id = l.team_id OFFSET 0) t ON TRUE`;

/** Each column as it is; and as a cell of CSV, where that may be another. */
const VALUES: Readonly<Record<ExportColumn, { value: Prisma.Sql; cell?: Prisma.Sql }>> = {
  lead_id: { value: sql`l.id` },
  name: { value: sql`l.name`, cell: marked(sql`l.name`) },
  // A telephone number always begins with a plus.
  phone: { value: sql`l.phone`, cell: sql`'''' || l.phone` },
  email: { value: sql`l.email`, cell: marked(sql`l.email`) },
  source: { value: sql`l.source`, cell: marked(sql`l.source`) },
  disposition: { value: sql`l.disposition`, cell: sql`d.cell` },
  priority: { value: sql`l.priority` },
  tags: { value: tags, cell: marked(tags, sql`l.tags[1]`) },
  assigned_agent: { value: sql`a.email`, cell: sql`a.email_cell` },
  assigned_agent_name: { value: sql`a.name`, cell: sql`a.name_cell` },
  assigned_at: { value: instant(sql`l.assigned_at`) },
  team: { value: sql`t.name`, cell: sql`t.name_cell` },
  last_activity: { value: instant(sql`l.last_activity_at`) },
  follow_up_on: { value: sql`l.follow_up_on` },
  return_due_at: { value: instant(sql`l.return_due_at`) },
  notes_count: { value: sql`l.notes_count` },
  created_at: { value: instant(sql`l.created_at`) },
  updated_at: { value: instant(sql`l.updated_at`) },
};

/** Leads on their way out of the house. */
export class LeadExportRepository {
  constructor(private readonly db: Db) {}

  /** How many leads a selection has at this moment; one more than `most` when there are more. */
  async count(selection: ExportSelection, most: number): Promise<number> {
    const rows = await this.db.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS "count" FROM (SELECT 1 FROM ${source(selection)} LIMIT ${most + 1}::int) f`;
    return rows[0]?.count ?? 0;
  }

  async open(selection: ExportSelection): Promise<LeadSnapshot> {
    const snapshot = await Snapshot.open(this.db);
    try {
      const [counted] = await snapshot.rows<{ total: number; at: Date }>(
        sql`SELECT count(*)::int AS "total", evenhand_now() AS "at" FROM ${source(selection)}`,
      );
      if (!counted) throw new Error("a count is always one row");
      return new OpenSnapshot(snapshot, selection, counted.total, counted.at);
    } catch (error) {
      snapshot.abort();
      throw error;
    }
  }
}

class OpenSnapshot implements LeadSnapshot {
  constructor(
    private readonly snapshot: Snapshot,
    private readonly selection: ExportSelection,
    readonly total: number,
    readonly takenAt: Date,
  ) {}

  async summary(): Promise<LeadSummary> {
    const [row] = await this.snapshot.rows<{ summary: LeadSummary }>(sql`
      WITH found AS MATERIALIZED (
        SELECT l.disposition, l.priority, l.assigned_agent FROM ${source(this.selection)}),
      by_disposition AS (SELECT f.disposition, count(*) AS n FROM found f GROUP BY 1),
      by_priority AS (SELECT f.priority, count(*) AS n FROM found f GROUP BY 1),
      by_agent AS (SELECT f.assigned_agent, count(*) AS n FROM found f GROUP BY 1)
      SELECT jsonb_build_object(
        'open', (SELECT coalesce(sum(b.n) FILTER (WHERE d.is_open), 0) FROM by_disposition b
          JOIN dispositions d ON d.code = b.disposition),
        'converted', (SELECT coalesce(sum(b.n) FILTER (WHERE d.is_converted), 0) FROM by_disposition b
          JOIN dispositions d ON d.code = b.disposition),
        'assigned', (SELECT coalesce(sum(b.n) FILTER (WHERE b.assigned_agent IS NOT NULL), 0) FROM by_agent b),
        'dispositions', (SELECT coalesce(jsonb_agg(jsonb_build_object('label', d.label, 'leads', b.n)
          ORDER BY d.position), '[]') FROM by_disposition b JOIN dispositions d ON d.code = b.disposition),
        'priorities', (SELECT coalesce(jsonb_agg(jsonb_build_object('label', b.priority, 'leads', b.n)
          ORDER BY b.priority DESC), '[]') FROM by_priority b),
        'agents', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', a.name, 'leads', b.n)
          ORDER BY b.n DESC, a.name), '[]') FROM by_agent b
          LEFT JOIN agents g ON g.id = b.assigned_agent LEFT JOIN users a ON a.id = g.user_id)
      ) AS "summary"`);
    if (!row) throw new Error("a summary is always one row");
    return row.summary;
  }

  async *csv(columns: readonly ExportColumn[], onRows: (rows: number) => void): AsyncIterable<Uint8Array> {
    for await (const chunk of this.copied(
      columns.map((column) => VALUES[column].cell ?? VALUES[column].value),
      "csv",
    )) {
      onRows(lineEnds(chunk));
      yield chunk;
    }
  }

  async *rows(columns: readonly ExportColumn[], onRows: (rows: number) => void): AsyncIterable<ExportCell[][]> {
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of this.copied(
      columns.map((column) => VALUES[column].value),
      "text",
    )) {
      const end = chunk.lastIndexOf(LINE_END);
      if (end < 0) {
        rest = Buffer.concat([rest, chunk]);
        continue;
      }
      const lines = Buffer.concat([rest, chunk.subarray(0, end)])
        .toString("utf8")
        .split("\n");
      rest = chunk.subarray(end + 1);
      onRows(lines.length);
      yield lines.map((line) => line.split("\t").map(cellOf));
    }
  }

  end(): Promise<number> {
    return this.snapshot.end();
  }

  abort(): void {
    this.snapshot.abort();
  }

  private copied(values: readonly Prisma.Sql[], format: "csv" | "text"): AsyncIterable<Buffer> {
    const select = sql`SELECT ${join(values)} FROM ${source(this.selection, JOINS)}
      ORDER BY ${"ids" in this.selection ? sql`named.n` : leadOrdering(this.selection.search.sort)}`;
    const stream: Readable = this.snapshot.copy(select, format);
    return stream;
  }
}

/** What stands after FROM and selects `leads l`. */
function source(selection: ExportSelection, joins: Prisma.Sql = Prisma.empty): Prisma.Sql {
  const seen = selection.visibleTo === undefined ? sql`TRUE` : visibleToAgent(selection.visibleTo);
  if ("ids" in selection) {
    return sql`unnest(${selection.ids}::uuid[]) WITH ORDINALITY AS named(id, n)
      JOIN leads l ON l.id = named.id ${joins} WHERE l.deleted_at IS NULL AND ${seen}`;
  }
  return sql`leads l ${joins}
    WHERE l.deleted_at IS NULL AND ${seen} AND ${filterCondition(selection.search.filter)}`;
}

const LINE_END = 10;

/** Line ends in a chunk: rows, but for those that have some inside. */
function lineEnds(chunk: Buffer): number {
  let count = 0;
  for (let at = chunk.indexOf(LINE_END); at >= 0; at = chunk.indexOf(LINE_END, at + 1)) count += 1;
  return count;
}

const ESCAPES: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };

/** A value as COPY's text format writes it. */
function cellOf(text: string): ExportCell {
  if (!text.includes("\\")) return text;
  if (text === String.raw`\N`) return null;
  return text.replace(/\\(.)/g, (_, letter: string) => ESCAPES[letter] ?? letter);
}
