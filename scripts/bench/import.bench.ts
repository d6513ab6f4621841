import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDb } from "@/lib/db/client";
import type { ImportView } from "@/modules/imports/schemas";
import { withConnection } from "../postgres/database";
import { scaleDatabase } from "../scale-data/scale-database";
import { atLeast, atMost, type Bench, type Figure, plain } from "./figure";
import { type ManagerOverHttp, managerOverHttp } from "./manager-over-http";
import { people, peopleFile, rawImport } from "./raw-import";
import { peakMiB } from "./resident-memory";
import { SCALE_LEADS } from "./scale-server";
import { type WebServer, webOver } from "./web-server";

/** The most rows that a file may have. */
const ROWS = 500_000;
const POLL_MS = 250;
const DEADLINE_MS = 900_000;
const MOST_MEMORY_MIB = 512;
const OURS = 212;
const RAW = 213;

interface Answer {
  import: ImportView;
}

export const importing: Bench = {
  name: "import",
  about:
    `An import over HTTP of ${ROWS} rows (CSV, five columns, nobody there already) into a database of many leads (figure ` +
    '"leads in the database"): sent, checked by a dry run, and written as a job: each row judged by the leads there are, with its ' +
    "timeline and audit. Beside it, the same number of rows by COPY and one INSERT into leads alone " +
    "(scripts/bench/raw-import.ts). One web process, one worker, a Postgres that waits for the disk.",
  async run({ leads = SCALE_LEADS, share }): Promise<Figure[]> {
    const rows = Math.round(ROWS * share);
    const database = await scaleDatabase({ leads, log: (line) => console.log(line) });
    const files = await mkdtemp(join(tmpdir(), "evenhand-bench-files-"));
    try {
      const rawMs = await withConnection(database.databaseUrl, (client) => rawImport(client, people(rows, RAW)));
      const web = await webOver(database.databaseUrl, { worker: true, further: { FILES_DIR: files } });
      const db = createDb(database.databaseUrl, 2);
      try {
        const manager = await managerOverHttp(db, web.address, web.authSecret);
        return [plain("leads in the database", leads, "leads"), ...(await measured(manager, web, rows, rawMs))];
      } finally {
        await db.$disconnect();
        await web.stop();
      }
    } finally {
      await rm(files, { recursive: true, force: true });
      await database.stop();
    }
  },
};

async function measured(manager: ManagerOverHttp, web: WebServer, rows: number, rawMs: number): Promise<Figure[]> {
  const startedAt = performance.now();
  const sent = await manager.upload<Answer>("/api/imports", "text/csv", peopleFile(rows, OURS));
  if (sent.status !== 201) throw new Error(`the upload answered ${sent.status} ${JSON.stringify(sent.body)}`);
  const uploadS = (performance.now() - startedAt) / 1_000;
  const path = `/api/imports/${sent.body.import.import_id}`;
  const checked = await worked(manager, path, "check", "checked");
  const written = await worked(manager, path, "run", "done");
  const perSecond = rows / written.seconds;
  return [
    plain(`${rows} rows sent`, uploadS, "s", `${(sent.body.import.file.bytes / 1_000_000).toFixed(1)} MB`),
    plain(`${rows} rows checked`, checked.seconds, "s"),
    atLeast("of them found to be new", checked.made.forecast?.created ?? 0, "rows", rows),
    plain(`${rows} rows imported`, written.seconds, "s"),
    atLeast("leads made", written.made.result?.created ?? 0, "leads", rows),
    plain("rows a second, import", perSecond, "rows/s"),
    plain("rows a second, COPY and INSERT", rows / (rawMs / 1_000), "rows/s"),
    plain("rows a second, import / COPY and INSERT", perSecond / (rows / (rawMs / 1_000)), "times"),
    atMost("memory of the web process, at most", peakMiB(web.pids.web), "MiB", MOST_MEMORY_MIB),
    atMost("memory of the worker, at most", peakMiB(web.pids.worker ?? 0), "MiB", MOST_MEMORY_MIB),
  ];
}

/** Has the import do something, and waits until it has. */
async function worked(
  manager: ManagerOverHttp,
  path: string,
  work: "check" | "run",
  end: ImportView["state"],
): Promise<{ seconds: number; made: ImportView }> {
  const startedAt = performance.now();
  const { status, body } = await manager.post<Answer>(`${path}/${work}`, undefined);
  if (status !== 202) throw new Error(`${work} answered ${status} ${JSON.stringify(body)}`);
  while (performance.now() - startedAt < DEADLINE_MS) {
    const { body: made } = await manager.get<ImportView>(path);
    if (made.error) throw new Error(made.error.detail);
    if (made.state === end) return { seconds: (performance.now() - startedAt) / 1_000, made };
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`an import was not through with "${work}" in ${DEADLINE_MS} ms`);
}
