import { readFile } from "node:fs/promises";
import pg from "pg";
import { expect, it } from "vitest";
import { testDatabase } from "@/tests/support/database";

const database = testDatabase();

const ADDED = [
  "lastHeartbeat",
  "deviceConnected",
  "maxConcurrentCalls",
  "statusReason",
  "logoutReason",
  "device",
  "missedRings",
  "choice",
  "hasRoom",
];

it("adds by hand exactly what the migrations make, and may be run twice", async () => {
  const script = await readFile("scripts/add-agent-heartbeat-fields.sql", "utf8");
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    const shape = async () => {
      const { rows } = await client.query<{ column_name: string }>(
        `SELECT column_name, data_type, is_nullable, column_default, datetime_precision
         FROM information_schema.columns WHERE table_name = 'agent_sessions' ORDER BY column_name`,
      );
      const indexes = await client.query(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'agent_sessions' ORDER BY indexname",
      );
      return { columns: rows, indexes: indexes.rows };
    };
    const made = await shape();
    await client.query(script);
    expect(await shape()).toEqual(made);
    for (const column of ADDED) await client.query(`ALTER TABLE "agent_sessions" DROP COLUMN "${column}" CASCADE`);
    await client.query('DROP INDEX "agent_sessions_one_open"');
    await client.query(script);
    expect(await shape()).toEqual(made);
  } finally {
    await client.end();
  }
});
