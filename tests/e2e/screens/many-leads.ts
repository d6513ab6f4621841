import { readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";

const POSTGRES_PORT_LINE = 3;

/** Adds many leads at once to the database of a running product, named `${name} 00001` and so on. */
export async function addLeads(dataDirectory: string, count: number, name: string, source: string): Promise<void> {
  const directory = join(dataDirectory, "postgres");
  const port = Number(readFileSync(join(directory, "data", "postmaster.pid"), "utf8").split("\n")[POSTGRES_PORT_LINE]);
  const password = readFileSync(join(directory, "password"), "utf8").trim();
  const client = new pg.Client({ host: "127.0.0.1", port, user: "evenhand", password, database: "evenhand" });
  await client.connect();
  try {
    await client.query(
      `INSERT INTO leads (id, name, phone, source, created_at)
       SELECT gen_random_uuid(), $2 || ' ' || lpad(n::text, 5, '0'), '+1415' || (3000000 + n)::text, $3,
         now() - n * interval '1 second'
       FROM generate_series(1, $1::int) AS n`,
      [count, name, source],
    );
  } finally {
    await client.end();
  }
}
