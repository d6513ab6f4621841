import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { createDb } from "@/lib/db/client";
import type { ImportView } from "@/modules/imports/schemas";
import { withConnection } from "../postgres/database";
import { scaleDatabase } from "../scale-data/scale-database";
import { BAD_SPREADSHEETS } from "./bad-spreadsheets";
import { atLeast, atMost, type Bench, type Figure, plain } from "./figure";
import { type ManagerOverHttp, managerOverHttp } from "./manager-over-http";
import { people, peopleFile, rawImport } from "./raw-import";
import { forgetPeak, peakMiB } from "./resident-memory";
import { SCALE_LEADS } from "./scale-server";
import { type WebServer, webOver } from "./web-server";
import { peopleWorkbook } from "./workbook-file";
import { zipFile } from "./zip-file";

/** The most rows that a file may have. */
const ROWS = 500_000;
const POLL_MS = 250;
const DEADLINE_MS = 900_000;
const MOST_MEMORY_MIB = 512;
const MOST_CHECK_S = 60;
const MOST_RUN_S = 240;
const OURS = 212;
const RAW = 213;
const SHEET = 214;
const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

interface Answer {
  import: ImportView;
  code?: string;
}

export const importing: Bench = {
  name: "import",
  about:
    "Imports over HTTP into a database of many leads (figure " +
    `"leads in the database"). First files that must be refused, with the memory of the processes meanwhile; then ${ROWS} rows (CSV, ` +
    "five columns, nobody there already): sent, checked by a dry run, written as a job (each row judged by the leads there are, with its " +
    "timeline and audit), and taken back; beside it the same number of rows by COPY and one INSERT into leads alone " +
    "(scripts/bench/raw-import.ts). Then as many rows as a workbook, sent and checked. One web process, one worker, a Postgres that waits " +
    "for the disk.",
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
        return [
          plain("leads in the database", leads, "leads"),
          ...(await refused(manager, web, files)),
          ...(await text(manager, web, rows, rawMs)),
          ...(await workbook(manager, web, rows, files)),
        ];
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

/** Sends what must be refused; a figure for each of how much the larger process has held meanwhile. */
async function refused(manager: ManagerOverHttp, web: WebServer, directory: string): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { what, code, type, bytes } of BAD_SPREADSHEETS) {
    const body = await bytes(directory);
    const memory = watched(web);
    const startedAt = performance.now();
    const sent = await manager.upload<Answer>("/api/imports", type, body);
    const made = sent.status === 201 ? await worked(manager, pathOf(sent.body), "check", "failed") : undefined;
    const given = made ? made.made.error?.code : sent.body.code;
    if (given !== code) throw new Error(`${what} was answered with ${given}, status ${sent.status}`);
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
    const { web: served, worker } = memory.peaks();
    const where = made ? "by the dry run" : "when it was sent";
    const note = `${code}, ${where}; ${seconds} s; web ${served}, worker ${worker}`;
    figures.push(
      atMost(`refused: ${what}; memory of the larger process`, Math.max(served, worker), "MiB", MOST_MEMORY_MIB, note),
    );
  }
  return figures;
}

async function text(manager: ManagerOverHttp, web: WebServer, rows: number, rawMs: number): Promise<Figure[]> {
  const memory = watched(web);
  const sent = await uploaded(manager, "text/csv", peopleFile(rows, OURS));
  const checked = await worked(manager, sent.path, "check", "checked");
  const written = await worked(manager, sent.path, "run", "done");
  const undone = await worked(manager, sent.path, "undo", "undone");
  const perSecond = rows / written.seconds;
  return [
    plain(`${rows} rows sent`, sent.seconds, "s", sent.note),
    inTime(`${rows} rows checked`, checked.seconds, MOST_CHECK_S, rows),
    atLeast("of them found to be new", checked.made.forecast?.created ?? 0, "rows", rows),
    inTime(`${rows} rows imported`, written.seconds, MOST_RUN_S, rows),
    atLeast("leads made", written.made.result?.created ?? 0, "leads", rows),
    plain("rows a second, import", perSecond, "rows/s"),
    plain("rows a second, COPY and INSERT", rows / (rawMs / 1_000), "rows/s"),
    plain("rows a second, import / COPY and INSERT", perSecond / (rows / (rawMs / 1_000)), "times"),
    plain(`${rows} rows taken back`, undone.seconds, "s"),
    atLeast("leads removed", undone.made.undo?.removed ?? 0, "leads", rows),
    ...memory.figures("CSV"),
  ];
}

async function workbook(manager: ManagerOverHttp, web: WebServer, rows: number, directory: string): Promise<Figure[]> {
  const path = join(directory, "people.xlsx");
  await zipFile(
    path,
    peopleWorkbook(() => people(rows, SHEET)),
  );
  const memory = watched(web);
  const sent = await uploaded(manager, XLSX, createReadStream(path));
  const checked = await worked(manager, sent.path, "check", "checked");
  return [
    plain(`workbook of ${rows} rows sent`, sent.seconds, "s", sent.note),
    inTime(`workbook of ${rows} rows checked`, checked.seconds, MOST_CHECK_S, rows),
    atLeast("of its rows found to be new", checked.made.forecast?.created ?? 0, "rows", rows),
    ...memory.figures("XLSX"),
  ];
}

/** A bound for as many rows as there may be: fewer have no more than their part. */
const inTime = (name: string, seconds: number, most: number, rows: number): Figure =>
  atMost(name, seconds, "s", (most * rows) / ROWS);

/** From here on, the most that either process holds. */
function watched({ pids: { web, worker = 0 } }: WebServer) {
  forgetPeak(web);
  forgetPeak(worker);
  const peaks = () => ({ web: peakMiB(web), worker: peakMiB(worker) });
  return {
    peaks,
    figures: (kind: string): Figure[] => [
      atMost(`${kind}: memory of the web process, at most`, peaks().web, "MiB", MOST_MEMORY_MIB),
      atMost(`${kind}: memory of the worker, at most`, peaks().worker, "MiB", MOST_MEMORY_MIB),
    ],
  };
}

const pathOf = ({ import: { import_id: id } }: Answer): string => `/api/imports/${id}`;

async function uploaded(manager: ManagerOverHttp, type: string, body: Readable) {
  const startedAt = performance.now();
  const sent = await manager.upload<Answer>("/api/imports", type, body);
  if (sent.status !== 201) throw new Error(`the upload answered ${sent.status} ${JSON.stringify(sent.body)}`);
  const note = `${(sent.body.import.file.bytes / 1_000_000).toFixed(1)} MB`;
  return { path: pathOf(sent.body), seconds: (performance.now() - startedAt) / 1_000, note };
}

/** Has the import do something, and waits until it is in the state that it should come to. */
async function worked(
  manager: ManagerOverHttp,
  path: string,
  work: "check" | "run" | "undo",
  end: ImportView["state"],
): Promise<{ seconds: number; made: ImportView }> {
  const startedAt = performance.now();
  const { status, body } = await manager.post<Answer>(`${path}/${work}`, undefined);
  if (status !== 202) throw new Error(`${work} answered ${status} ${JSON.stringify(body)}`);
  while (performance.now() - startedAt < DEADLINE_MS) {
    const { body: made } = await manager.get<ImportView>(path);
    if (made.state === end) return { seconds: (performance.now() - startedAt) / 1_000, made };
    if (made.progress === null) throw new Error(`"${work}" came to ${made.state}: ${made.error?.detail}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`an import was not through with "${work}" in ${DEADLINE_MS} ms`);
}
