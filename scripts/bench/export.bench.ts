import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type pg from "pg";
import { createDb } from "@/lib/db/client";
import type { ExportView } from "@/modules/exports/schemas";
import { withConnection } from "../postgres/database";
import { scaleDatabase } from "../scale-data/scale-database";
import { atLeast, atMost, type Bench, type Figure, plain } from "./figure";
import { type ManagerOverHttp, managerOverHttp } from "./manager-over-http";
import { median } from "./percentiles";
import { rawExport } from "./raw-export";
import { watchResident } from "./resident-memory";
import { SCALE_LEADS } from "./scale-server";
import { type WebServer, webOver } from "./web-server";

const PART = 100_000;
const ROUNDS = 3;
const POLL_MS = 100;
const DEADLINE_MS = 300_000;
const MOST_CSV_S = 10;
const MOST_XLSX_S = 30;
const MOST_GROWTH_MIB = 150;
const LEAST_RATE = 0.8;

export const exporting: Bench = {
  name: "export",
  about:
    'Exports as jobs over HTTP, all 18 columns, on a database of many leads (figure "leads in the database"): ' +
    `${PART} named leads to CSV and XLSX, and every lead to CSV, ${ROUNDS} rounds in turn with the database's own COPY ` +
    "of the same columns to CSV, which is thrown away as it comes (scripts/bench/raw-export.ts). An export also counts, marks " +
    "what could be a formula, hashes, and waits for the disk. One web process, one worker.",
  async run({ leads = SCALE_LEADS }): Promise<Figure[]> {
    const database = await scaleDatabase({ leads, log: (line) => console.log(line) });
    const files = await mkdtemp(join(tmpdir(), "evenhand-bench-files-"));
    try {
      const web = await webOver(database.databaseUrl, { worker: true, further: { FILES_DIR: files } });
      const db = createDb(database.databaseUrl, 2);
      try {
        const manager = await managerOverHttp(db, web.address, web.authSecret);
        return await withConnection(database.databaseUrl, (client) => measured(manager, client, web, leads));
      } finally {
        await db.export.deleteMany({});
        await db.$disconnect();
        await web.stop();
      }
    } finally {
      await rm(files, { recursive: true, force: true });
      await database.stop();
    }
  },
};

async function measured(manager: ManagerOverHttp, client: pg.Client, web: WebServer, leads: number): Promise<Figure[]> {
  const { rows } = await client.query<{ id: string }>(
    "SELECT id::text FROM leads WHERE deleted_at IS NULL ORDER BY created_at DESC LIMIT $1",
    [PART],
  );
  const ids = rows.map(({ id }) => id);
  // The first one of a process is slower than all others.
  await exported(manager, { lead_ids: ids.slice(0, 1_000), format: "csv" });
  const figures = [plain("leads in the database", leads, "leads"), ...(await everyLead(manager, client, web))];
  for (const [format, most] of [
    ["csv", MOST_CSV_S],
    ["xlsx", MOST_XLSX_S],
  ] as const) {
    const part = await exported(manager, { lead_ids: ids, format });
    figures.push(
      atMost(`${ids.length} leads to ${format.toUpperCase()}`, part.seconds, "s", most, `${megabytes(part.bytes)} MB`),
      atLeast(`${ids.length} leads to ${format.toUpperCase()}: rows of the receipt`, part.rows, "rows", ids.length),
    );
  }
  return figures;
}

async function everyLead(manager: ManagerOverHttp, client: pg.Client, web: WebServer): Promise<Figure[]> {
  const { rows } = await client.query<{ n: number }>("SELECT count(*)::int AS n FROM leads WHERE deleted_at IS NULL");
  const all = rows[0]?.n ?? 0;
  const ours: number[] = [];
  const raw: number[] = [];
  const memory = watchResident(web.pids.worker ?? 0);
  let bytes = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const plainly = await rawExport(client, all);
    const made = await exported(manager, { search: {}, format: "csv" });
    if (plainly.rows !== all || made.rows !== all) throw new Error(`${plainly.rows} and ${made.rows} rows of ${all}`);
    raw.push(all / (plainly.ms / 1_000));
    ours.push(all / made.seconds);
    bytes = made.bytes;
  }
  return [
    plain(`${all} leads to CSV`, all / median(ours), "s", `${megabytes(bytes)} MB`),
    atMost(`${all} leads to CSV: growth of the worker's memory`, memory.stop(), "MiB", MOST_GROWTH_MIB, "at most"),
    plain("rows a second, COPY to CSV", median(raw), "rows/s"),
    plain("rows a second, export to CSV", median(ours), "rows/s"),
    atLeast("rows a second, export / COPY", median(ours) / median(raw), "times", LEAST_RATE, `${ROUNDS} rounds each`),
  ];
}

const megabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(1);

/** One export as a job, from its start in the worker to its receipt. */
async function exported(
  manager: ManagerOverHttp,
  body: object,
): Promise<{ seconds: number; rows: number; bytes: number }> {
  const request = { ...body, as_job: true };
  const { status, body: answer } = await manager.post<{ export: ExportView }>("/api/leads/bulk-export", request);
  if (status !== 202) throw new Error(`an export answered ${status} ${JSON.stringify(answer)}`);
  const path = `/api/exports/${answer.export.export_id}`;
  const until = performance.now() + DEADLINE_MS;
  while (performance.now() < until) {
    const { body: made } = await manager.get<ExportView>(path);
    if (made.error) throw new Error(made.error.detail);
    if (made.receipt && made.started_at && made.finished_at) {
      const { rows, bytes } = made.receipt;
      return { seconds: (Date.parse(made.finished_at) - Date.parse(made.started_at)) / 1_000, rows, bytes };
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`an export was not done in ${DEADLINE_MS} ms`);
}
