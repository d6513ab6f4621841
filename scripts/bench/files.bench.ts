import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDb } from "@/lib/db/client";
import type { FileView, Upload } from "@/modules/files/schemas";
import { atLeast, atMost, plain, type Bench, type Figure } from "./figure";
import { type ManagerOverHttp, managerOverHttp } from "./manager-over-http";
import { peakMiB } from "./resident-memory";
import { webServer } from "./web-server";

/** Files sent and fetched at once, and bytes of each: the largest that a lead takes. */
const AT_ONCE = 20;
const BYTES = 25_000_000;
const ROUNDS = 2;
const MOST_MEMORY_MIB = 512;

export const filing: Bench = {
  name: "files",
  about:
    `Files of leads over HTTP, on disk: ${AT_ONCE} of ${BYTES / 1_000_000} MB sent at once, completed (looked at and hashed), and all fetched at ` +
    `once, ${ROUNDS} times; what comes back is compared by its hash. Memory is the most that the web process ever had. One web process.`,
  async run(): Promise<Figure[]> {
    const files = await mkdtemp(join(tmpdir(), "evenhand-bench-files-"));
    const web = await webServer({ FILES_DIR: files });
    const db = createDb(web.databaseUrl, 2);
    try {
      const manager = await managerOverHttp(db, web.address, web.authSecret);
      const { body: lead } = await manager.post<{ lead_id: string }>("/api/leads", {
        name: "Ava Winter",
        phone: "+15550171234",
      });
      const idle = peakMiB(web.pids.web);
      const startedAt = performance.now();
      let same = 0;
      for (let round = 0; round < ROUNDS; round += 1) same += await sentAndFetched(manager, web.address, lead.lead_id);
      const seconds = (performance.now() - startedAt) / 1_000;
      const megabytes = (2 * ROUNDS * AT_ONCE * BYTES) / 1_000_000;
      return [
        atLeast("files that came back as they were", same, "files", ROUNDS * AT_ONCE),
        plain("memory of the web process before", idle, "MiB"),
        atMost("memory of the web process, at most", peakMiB(web.pids.web), "MiB", MOST_MEMORY_MIB),
        plain("sent and fetched", megabytes / seconds, "MB/s", `${megabytes} MB in ${seconds.toFixed(1)} s`),
      ];
    } finally {
      await db.$disconnect();
      await web.stop();
      await rm(files, { recursive: true, force: true });
    }
  },
};

/** Sends files of one lead at once, then fetches them at once; answers how many came back as they were sent. */
async function sentAndFetched(manager: ManagerOverHttp, address: string, leadId: string): Promise<number> {
  // Of one kind that is told by its beginning, and of no other's bytes.
  const body = Buffer.concat([Buffer.from("%PDF-1.7\n"), randomBytes(BYTES - 9)]);
  const hash = createHash("sha256").update(body).digest("hex");
  const begun = await Promise.all(
    Array.from({ length: AT_ONCE }, async (_, at) => {
      const { status, body: answer } = await manager.post<{ file: FileView; upload: Upload }>(
        `/api/leads/${leadId}/files`,
        { name: `contract ${at}.pdf`, bytes: BYTES },
      );
      if (status !== 201) throw new Error(`a file was announced and answered ${status} ${JSON.stringify(answer)}`);
      return answer;
    }),
  );
  await Promise.all(
    begun.map(async ({ upload: { method, url, headers } }) => {
      const sent = await fetch(new URL(url, address), { method, headers, body: new Uint8Array(body.buffer) });
      if (!sent.ok) throw new Error(`a file was sent and answered ${sent.status} ${await sent.text()}`);
    }),
  );
  const made = await Promise.all(
    begun.map(({ file }) => manager.post<{ file: FileView }>(`/api/files/${file.file_id}/complete`, undefined)),
  );
  const fetched = await Promise.all(
    made.map(async ({ body: { file } }) => {
      const { headers } = await manager.get(`/api/files/${file.file_id}/download`);
      return hashOf(headers.get("location") ?? "", address);
    }),
  );
  return fetched.filter((one) => one === hash).length;
}

async function hashOf(location: string, address: string): Promise<string> {
  const response = await fetch(new URL(location, address));
  const hash = createHash("sha256");
  for await (const chunk of response.body ?? []) hash.update(chunk as Uint8Array);
  return hash.digest("hex");
}
