import { inBackground } from "../background-scope";
import type { Db } from "../db/client";
import { inTransaction } from "../db/transaction";
import { noteJobFailure } from "./job-failures";
import type { JobQueue } from "./job-queue";

/** A job that nobody works on: it waits for somebody, or whoever had it gave no sign of life until its lease ran out. */
export interface AbandonedJob {
  id: string;
  /** Who had it last; null when nobody has begun. */
  runner: string | null;
  /** When that lease ran out. */
  leaseEndedAt: Date | null;
}

/** One kind of background job: rows of a module's own, each held by its runner through a lease. */
export interface JobKind<Tidied extends object> {
  /** Its name in the job library, and in what is stored of failures. */
  kind: string;
  /** The longest waiting first. */
  abandoned(limit: number): Promise<AbandonedJob[]>;
  /**
   * Carries one on until it is at rest, or the time (milliseconds since 1970) is up, where it can stop half way. Throws
   * when the database is away; the lease then runs out.
   */
  run(jobId: string, runner: string, untilMs: number): Promise<"at rest" | "out of time" | "elsewhere">;
  /** Whatever else must be cleared away now and then; counts of what was done. */
  tidy(limit: number): Promise<Tidied>;
}

/** Jobs looked for in one sweep, and things tidied in one. */
const SWEPT = 100;

/**
 * Has the jobs of one kind worked on by whoever has the time: a worker, or a cron call where there is none. What is to be
 * done and who does it stands in the kind's own rows; the job library only wakes somebody (ADR 12).
 */
export class BackgroundJobs<Tidied extends object> {
  constructor(
    private readonly db: Db,
    private readonly of: JobKind<Tidied>,
    private readonly queue: Pick<JobQueue, "send" | "take" | "done">,
    private readonly log: { error(fields: object, message: string): void },
  ) {}

  /** Tells a worker of a job, after its transaction. Should that fail, the next sweep finds it. */
  async enqueue(jobId: string): Promise<void> {
    try {
      await this.queue.send(this.of.kind, jobId);
    } catch (error) {
      this.log.error({ err: error, kind: this.of.kind, jobId }, "a job was left to the sweep");
    }
  }

  /** Works on jobs that wait, one after the other; begins none after `seconds`. Answers how many were carried on. */
  work(runner: string, seconds: number): Promise<number> {
    return inBackground(() => this.workOn(runner, seconds));
  }

  private async workOn(runner: string, seconds: number): Promise<number> {
    const untilMs = Date.now() + seconds * 1_000;
    let worked = 0;
    while (Date.now() < untilMs) {
      const job = await this.queue.take(this.of.kind);
      if (!job) return worked;
      worked += 1;
      const end = await this.of.run(job.key, runner, untilMs);
      await this.queue.done(this.of.kind, job.id);
      // The rest comes after what others wait for.
      if (end === "out of time") await this.queue.send(this.of.kind, job.key);
    }
    return worked;
  }

  /** Finds jobs that nobody works on, notes whose process died over one, and tidies; safe to run at once. */
  async sweep(): Promise<{ found: number } & Tidied> {
    const abandoned = await this.of.abandoned(SWEPT);
    for (const job of abandoned) {
      await this.noteInterruption(job);
      await this.enqueue(job.id);
    }
    return { found: abandoned.length, ...(await this.of.tidy(SWEPT)) };
  }

  /** One round without a worker, of some seconds. */
  async drain(runner: string, seconds: number): Promise<{ worked_on: number; left: number } & Tidied> {
    const { found: _found, ...tidied } = await this.sweep();
    const worked = await this.work(runner, seconds);
    const left = await this.of.abandoned(SWEPT);
    return { worked_on: worked, left: left.length, ...(tidied as unknown as Tidied) };
  }

  private async noteInterruption({ id, runner, leaseEndedAt }: AbandonedJob): Promise<void> {
    if (runner === null || leaseEndedAt === null) return;
    await inTransaction(this.db, (tx) =>
      noteJobFailure(tx, {
        kind: this.of.kind,
        jobId: id,
        runner,
        at: leaseEndedAt,
        code: "interrupted",
        reason: "Its process ended before the job did. Somebody else goes on with it.",
      }),
    );
  }
}
