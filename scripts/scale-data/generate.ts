import pg from "pg";
import { withConnection } from "../postgres/database";
import { insertActivities } from "./activities";
import { ACTIVITIES, insertLeads } from "./leads";
import { addPeople } from "./people";
import { seededSql } from "./seeded-sql";

export const DEFAULT_SEED = 20_261_121;

export interface ScaleOptions {
  leads: number;
  seed?: number;
  log(line: string): void;
}

/** The tables that are filled; the ones that the database itself derives from them are in FOLLOWERS. */
const FILLED = ["leads", "lead_activities"] as const;
/** Tables that triggers keep, and the function of a migration that fills each anew. */
const FOLLOWERS = ["lead_search", "lead_tags"] as const;

/**
 * Fills a migrated, empty database: the same seed and number give the same rows. Ten activities a lead, of which a
 * tenth are notes. Triggers and foreign keys rest meanwhile (a superuser's right), indexes are built afterwards, and
 * what triggers would have kept is then computed at once. Throws when there are leads already.
 */
export async function generateScale(databaseUrl: string, options: ScaleOptions): Promise<void> {
  const { leads, seed = DEFAULT_SEED, log } = options;
  const random = seededSql(seed);
  const timed = stopwatch(log);
  await withConnection(databaseUrl, async (client) => {
    const { rows } = await client.query<{ any: boolean }>(
      "SELECT EXISTS (SELECT 1 FROM leads) OR EXISTS (SELECT 1 FROM users WHERE email LIKE 'scale-%') AS any",
    );
    if (rows[0]?.any !== false)
      throw new Error("This database has leads already, or a build that ended early; it has to be empty.");
    await prepare(client);
    const indexes = await dropIndexes(client, [...FILLED, ...FOLLOWERS]);
    await addPeople(client, leads);
    await timed(`${leads} leads`, () => client.query(insertLeads(random, leads, 1, leads)));
    await timed(`${leads * ACTIVITIES} activities`, () => addActivities(databaseUrl, client, leads, seed));
    await client.query("SELECT setval(pg_get_serial_sequence('lead_activities', 'id'), $1)", [leads * ACTIVITIES]);
    await timed("what triggers keep", () => catchUp(client));
    await timed("indexes", async () => {
      for (const statement of indexes) await client.query(statement);
    });
    await timed("statistics", () => client.query("VACUUM (ANALYZE)"));
  });
}

async function prepare(client: pg.Client): Promise<void> {
  await client.query("SET session_replication_role = replica");
  await client.query("SET maintenance_work_mem = '512MB'");
  await client.query("SET max_parallel_maintenance_workers = 2");
  await client.query("SET synchronous_commit = off");
}

/** Drops what is not a key and answers the statements that make it again. */
async function dropIndexes(client: pg.Client, tables: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `SELECT c.oid::regclass::text AS name, pg_get_indexdef(c.oid) AS definition
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
     WHERE t.relname = ANY ($1) AND t.relnamespace = 'public'::regnamespace
       AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = c.oid) ORDER BY 1`,
    [tables],
  );
  for (const { name } of rows) await client.query(`DROP INDEX ${name}`);
  return rows.map(({ definition }) => definition);
}

/** Two halves at once: one connection alone leaves a core idle. */
async function addActivities(databaseUrl: string, client: pg.Client, leads: number, seed: number): Promise<void> {
  const random = seededSql(seed);
  const half = async (connection: pg.Client, places: readonly number[]): Promise<void> => {
    for (const place of places) await connection.query(insertActivities(random, leads, place));
  };
  await withConnection(databaseUrl, async (second) => {
    await prepare(second);
    const places = Array.from({ length: ACTIVITIES }, (_, place) => place);
    await Promise.all([
      half(
        client,
        places.filter((place) => place % 2 === 0),
      ),
      half(
        second,
        places.filter((place) => place % 2 === 1),
      ),
    ]);
  });
}

/** Counters, and the tables that follow the leads. */
async function catchUp(client: pg.Client): Promise<void> {
  await client.query(`
    UPDATE agents a SET open_leads = c.open FROM (
      SELECT l.assigned_agent AS id, count(*)::int AS open FROM leads l JOIN dispositions d ON d.code = l.disposition
      WHERE l.assigned_agent IS NOT NULL AND l.deleted_at IS NULL AND d.is_open GROUP BY 1) c WHERE a.id = c.id`);
  for (const table of FOLLOWERS) {
    const { rows } = await client.query<{ fill: string | null }>("SELECT to_regprocedure($1)::text AS fill", [
      `refill_${table}()`,
    ]);
    if (rows[0]?.fill) await client.query(`SELECT ${rows[0].fill}`);
  }
}

function stopwatch(log: (line: string) => void) {
  return async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const startedAt = performance.now();
    const result = await work();
    log(`${what}: ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`);
    return result;
  };
}
