import type pg from "pg";

/** Bookkeeping of asking itself: a refused request may leave its key or its sign-in there. */
const NOT_COMPARED = new Set([
  "idempotency_keys",
  "idempotency_steps",
  "auth_sessions",
  "_prisma_migrations",
  "worker_beats",
]);

/**
 * Every table of the product with the number of its rows and a digest over all of them: equal before and after exactly
 * when nothing was written, whatever table a new feature writes to.
 */
export async function databaseDigest(client: pg.Client): Promise<Record<string, string>> {
  const { rows: tables } = await client.query<{ name: string }>(
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
  );
  const parts = tables
    .filter(({ name }) => !NOT_COMPARED.has(name))
    .map(({ name }) => {
      const rows = `SELECT md5(row_text::text) AS digest FROM ${client.escapeIdentifier(name)} AS row_text`;
      const all = `SELECT count(*) || ' ' || md5(coalesce(string_agg(digest, '' ORDER BY digest), '')) AS digest`;
      return `SELECT ${client.escapeLiteral(name)} AS name, digest FROM (${all} FROM (${rows}) each_row) whole`;
    });
  const { rows } = await client.query<{ name: string; digest: string }>(parts.join(" UNION ALL "));
  return Object.fromEntries(rows.map(({ name, digest }) => [name, digest]));
}
