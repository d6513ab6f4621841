import type { Db } from "@/lib/db/client";
import { inTransaction } from "@/lib/db/transaction";
import type { ObjectStore } from "@/lib/storage/object-store";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import type { ExportRepository } from "../repositories/export.repository";
import { exportMoved } from "./export-events";
import type { ExportRunner } from "./export-runner";

/** What of the job library exports need. */
export interface JobPort {
  send(kind: string, key: string): Promise<void>;
  /** Takes the next job; undefined when there is none. */
  take(kind: string): Promise<{ id: string; key: string } | undefined>;
  done(kind: string, id: string): Promise<void>;
}

interface Log {
  error(fields: object, message: string): void;
}

export const EXPORT_JOB = "export";
const SWEPT = 100;

/** Has exports worked on by whoever has the time: a worker, or a cron call where there is none. */
export class ExportJobs {
  constructor(
    private readonly db: Db,
    private readonly exports: ExportRepository,
    private readonly runner: Pick<ExportRunner, "run">,
    private readonly store: ObjectStore,
    private readonly jobs: JobPort,
    private readonly log: Log,
  ) {}

  /** Tells a worker of an export, after its transaction. Should that fail, the next sweep finds it. */
  async enqueue(exportId: string): Promise<void> {
    try {
      await this.jobs.send(EXPORT_JOB, exportId);
    } catch (error) {
      this.log.error({ err: error, exportId }, "an export was left to the sweep");
    }
  }

  /** Works on exports that wait, one after the other; begins none after `seconds`. Answers how many. */
  async work(runner: string, seconds: number): Promise<number> {
    const untilMs = Date.now() + seconds * 1_000;
    let worked = 0;
    while (Date.now() < untilMs) {
      const job = await this.jobs.take(EXPORT_JOB);
      if (!job) return worked;
      worked += 1;
      await this.runner.run(job.key, runner);
      await this.jobs.done(EXPORT_JOB, job.id);
    }
    return worked;
  }

  /** Finds exports that nobody works on, and removes files that are kept no longer; safe to run at once. */
  async sweep(): Promise<{ found: number; expired: number }> {
    const abandoned = await this.exports.abandoned(SWEPT);
    for (const exportId of abandoned) await this.enqueue(exportId);
    const old = await this.exports.toExpire(SWEPT);
    for (const { id, fileKey } of old) {
      await this.store.remove(fileKey);
      await inTransaction(this.db, async (tx) => {
        const row = await this.exports.lock(tx, id);
        await this.exports.expire(tx, id);
        if (row) await publishLive(tx, [exportMoved(row, "expired")]);
      });
    }
    await this.exports.prune(SWEPT);
    return { found: abandoned.length, expired: old.length };
  }

  /** One round without a worker, of some seconds. */
  async drain(runner: string, seconds: number): Promise<{ worked_on: number; left: number; expired: number }> {
    const { expired } = await this.sweep();
    const worked = await this.work(runner, seconds);
    return { worked_on: worked, left: (await this.exports.abandoned(SWEPT)).length, expired };
  }
}
