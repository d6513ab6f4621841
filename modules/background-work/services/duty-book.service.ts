import { errorInFull } from "@/lib/jobs/job-failures";
import { cronPeriod, dutyOfRoute } from "../domain/cron-schedule";
import type { DutyRound, DutyRoundRepository } from "../repositories/duty-round.repository";

interface Kept {
  intervalMs: number | undefined;
  endedAt: number;
  tookMs: number;
  failures: number;
  failed: { at: number; error: string } | undefined;
  /** Something of it is not written yet. */
  isNew: boolean;
}

/**
 * Keeps how the rounds of this process went, and writes them down now and then: a worker makes dozens of rounds a
 * second, and what people look at is the last of each.
 */
export class DutyBook {
  private readonly rounds = new Map<string, Kept>();

  constructor(private readonly rows: DutyRoundRepository) {}

  /** Notes a round of a worker's that has ended; `error` is what it threw. Writes nothing. */
  ended(name: string, intervalMs: number, tookMs: number, error?: unknown): void {
    const before = this.rounds.get(name);
    const failed = error === undefined ? before?.failed : { at: performance.now(), error: errorInFull(error) };
    const failures = error === undefined ? 0 : (before?.failures ?? 0) + 1;
    this.rounds.set(name, { intervalMs, endedAt: performance.now(), tookMs, failures, failed, isNew: true });
  }

  /** Writes what is new, and forgets what nobody does any more. What could not be written is written the next time. */
  async write(runner: string): Promise<void> {
    const now = performance.now();
    const fresh = [...this.rounds].filter(([, { isNew }]) => isNew);
    await this.rows.note(
      fresh.map(([name, { intervalMs, endedAt, tookMs, failures, failed }]) => ({
        name,
        source: "worker",
        runner,
        intervalMs,
        agoMs: now - endedAt,
        tookMs,
        failures,
        failed: failed && { agoMs: now - failed.at, error: failed.error },
      })),
    );
    for (const [name, kept] of fresh) if (this.rounds.get(name) === kept) kept.isNew = false;
  }

  /** Forgets what no version does any more. */
  async prune(): Promise<void> {
    await this.rows.prune();
  }

  /** Runs what a cron route does, and notes how it went. */
  async cron<T>(path: string, runner: string, work: () => Promise<T>): Promise<T> {
    const name = dutyOfRoute(path);
    const startedAt = performance.now();
    const note = (failed: DutyRound["failed"]) =>
      this.rows.note([
        {
          name,
          source: "cron",
          runner,
          intervalMs: cronPeriod(name),
          agoMs: 0,
          tookMs: performance.now() - startedAt,
          failures: failed ? 1 : 0,
          failed,
        },
      ]);
    try {
      const answer = await work();
      await note(undefined);
      return answer;
    } catch (error) {
      await note({ agoMs: 0, error: errorInFull(error) });
      throw error;
    }
  }
}
