import type pg from "pg";
import type { RawSearch } from "./search-mix";

const COUNTED = 10_000;

export interface RawPage {
  ids: string[];
  /** Counted no further than 10,001; undefined when the page is not the first. */
  total: number | undefined;
  ms: number;
}

/** Where a page ended: the values of the order, and the id. */
export interface RawPlace {
  values: (string | null)[];
  id: string;
}

/** The page in plain SQL: its rows with their agents' names, and on the first page how many match up to 10,001. */
export async function rawPage(
  client: pg.Client,
  search: RawSearch,
  limit: number,
  after?: RawPlace,
): Promise<RawPage & { last: RawPlace | undefined }> {
  const { where, keys, nullable, direction } = search;
  const way = direction === "asc" ? "ASC" : "DESC";
  const ordering = [...keys.map(([column]) => `${column} ${way}${nullable ? " NULLS LAST" : ""}`), `l.id ${way}`];
  const matching = `l.deleted_at IS NULL AND ${where}`;
  const startedAt = performance.now();
  const { rows } = await client.query<{ id: string; values: (string | null)[] }>({
    text: `SELECT l.*, u.email AS agent_email, u.name AS agent_name, t.name AS team_name, d.is_open,
        ARRAY[${keys.map(([column]) => `${column}::text`).join(", ")}] AS values
      FROM leads l JOIN dispositions d ON d.code = l.disposition LEFT JOIN teams t ON t.id = l.team_id
        LEFT JOIN agents a ON a.id = l.assigned_agent LEFT JOIN users u ON u.id = a.user_id
      WHERE ${matching} ${after ? `AND ${beyond(search, after)}` : ""} ORDER BY ${ordering.join(", ")} LIMIT ${limit}`,
    values: after ? [...after.values.filter((value) => value !== null), after.id] : [],
  });
  let total: number | undefined;
  if (!after) {
    const counted = await client.query<{ total: number }>(
      `SELECT count(*)::int AS total FROM (SELECT 1 FROM leads l WHERE ${matching} LIMIT ${COUNTED + 1}) c`,
    );
    total = counted.rows[0]?.total ?? 0;
  }
  const end = rows.at(-1);
  return {
    ids: rows.map(({ id }) => id),
    total,
    ms: performance.now() - startedAt,
    last: end && { values: end.values, id: end.id },
  };
}

function beyond({ keys, nullable, direction }: RawSearch, after: RawPlace): string {
  const than = direction === "asc" ? ">" : "<";
  const [first] = keys;
  if (after.values[0] === null) return `${first?.[0]} IS NULL AND l.id ${than} $1::uuid`;
  const bound = keys.map(([, type], at) => `$${at + 1}::${type}`);
  const next = `(${keys.map(([column]) => column).join(", ")}, l.id) ${than} (${bound.join(", ")}, $${keys.length + 1}::uuid)`;
  return nullable ? `(${next} OR ${first?.[0]} IS NULL)` : next;
}
