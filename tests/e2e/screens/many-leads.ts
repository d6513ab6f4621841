import { readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";

const POSTGRES_PORT_LINE = 3;

/** Works in the database of a running product. */
async function inDatabase(dataDirectory: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const directory = join(dataDirectory, "postgres");
  const port = Number(readFileSync(join(directory, "data", "postmaster.pid"), "utf8").split("\n")[POSTGRES_PORT_LINE]);
  const password = readFileSync(join(directory, "password"), "utf8").trim();
  const client = new pg.Client({ host: "127.0.0.1", port, user: "evenhand", password, database: "evenhand" });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

/** Adds many leads at once, named `${name} 00001` and so on. */
export function addLeads(dataDirectory: string, count: number, name: string, source: string): Promise<void> {
  return inDatabase(dataDirectory, (client) =>
    client.query(
      `INSERT INTO leads (id, name, phone, source, created_at)
       SELECT gen_random_uuid(), $2 || ' ' || lpad(n::text, 5, '0'), '+1415' || (3000000 + n)::text, $3,
         now() - n * interval '1 second'
       FROM generate_series(1, $1::int) AS n`,
      [count, name, source],
    ),
  );
}

/** Adds many agents, of whom the last alone takes leads and has none, named `${name} 001` and so on, while something is done. */
export async function withAgents(
  dataDirectory: string,
  count: number,
  name: string,
  work: () => Promise<void>,
): Promise<void> {
  const slug = name.toLowerCase();
  await inDatabase(dataDirectory, (client) =>
    client.query(
      `WITH people AS (
         INSERT INTO users (id, email, name, role, password_hash)
         SELECT gen_random_uuid(), $3 || n || '@evenhand.test', $2 || ' ' || lpad(n::text, 3, '0'), 'agent', 'none'
         FROM generate_series(1, $1::int) AS n RETURNING id, email)
       INSERT INTO agents (id, user_id, max_capacity, availability)
       SELECT gen_random_uuid(), id, 10,
         (CASE email WHEN $3 || $1::int || '@evenhand.test' THEN 'active' ELSE 'offline' END)::"Availability"
       FROM people`,
      [count, name, slug],
    ),
  );
  try {
    await work();
  } finally {
    await inDatabase(dataDirectory, async (client) => {
      const mine = "email ~ ('^' || $1 || '[0-9]+@')";
      await client.query(`DELETE FROM agents WHERE user_id IN (SELECT id FROM users WHERE ${mine})`, [slug]);
      await client.query(`DELETE FROM users WHERE ${mine}`, [slug]);
    });
  }
}
