import type { Db } from "@/lib/db/client";

/** A round of something that is done again and again, told after it. */
export interface DutyRound {
  name: string;
  source: "worker" | "cron";
  runner: string;
  intervalMs: number | undefined;
  /** Milliseconds since it ended. */
  agoMs: number;
  tookMs: number;
  /** Rounds in a row that failed, this one included. */
  failures: number;
  /** What was thrown last and how long ago, in milliseconds; undefined leaves what is known of earlier ones. */
  failed: { agoMs: number; error: string } | undefined;
}

export interface DutyRow {
  name: string;
  source: "worker" | "cron";
  runner: string;
  intervalMs: number | null;
  endedAt: Date;
  tookMs: number;
  failures: number;
  failedAt: Date | null;
  error: string | null;
  /** Seconds since it ended, by the database's clock. */
  silentSeconds: number;
}

export interface WorkerRow {
  id: string;
  beatAt: Date;
  startedAt: Date | null;
  /** Seconds since it was heard of, by the database's clock. */
  silentSeconds: number;
}

/** What is done again and again, by whom, and how it went the last time. */
export class DutyRoundRepository {
  constructor(private readonly db: Db) {}

  /** Notes rounds, all with one statement; of several processes the last one counts. */
  async note(rounds: readonly DutyRound[]): Promise<void> {
    if (rounds.length === 0) return;
    const text = JSON.stringify(
      rounds.map(({ failed, intervalMs, ...round }) => ({
        ...round,
        intervalMs: intervalMs ?? null,
        failedAgoMs: failed?.agoMs ?? null,
        error: failed?.error ?? null,
      })),
    );
    await this.db.$executeRaw`
      INSERT INTO duty_rounds AS d (name, source, runner, interval_ms, ended_at, took_ms, failures, failed_at, error)
      SELECT r.name, r.source, r.runner, r."intervalMs", clock.now - make_interval(secs => r."agoMs" / 1000),
        r."tookMs"::int, r.failures, clock.now - make_interval(secs => r."failedAgoMs" / 1000), r.error
      FROM (SELECT evenhand_now() AS now) clock, jsonb_to_recordset(${text}::jsonb) AS r(name text, source text,
        runner text, "intervalMs" int, "agoMs" float8, "tookMs" float8, failures int, "failedAgoMs" float8, error text)
      ORDER BY r.name, r.source
      ON CONFLICT (name, source) DO UPDATE SET runner = excluded.runner, interval_ms = excluded.interval_ms,
        ended_at = excluded.ended_at, took_ms = excluded.took_ms, failures = excluded.failures,
        failed_at = coalesce(excluded.failed_at, d.failed_at), error = coalesce(excluded.error, d.error)
      WHERE excluded.ended_at >= d.ended_at OR excluded.error IS NOT NULL`;
  }

  async all(): Promise<DutyRow[]> {
    return this.db.$queryRaw<DutyRow[]>`
      SELECT d.name, d.source, d.runner, d.interval_ms AS "intervalMs", d.ended_at AS "endedAt", d.took_ms AS "tookMs",
        d.failures, d.failed_at AS "failedAt", d.error,
        extract(epoch FROM evenhand_now() - d.ended_at)::float8 AS "silentSeconds"
      FROM duty_rounds d ORDER BY d.name, d.source LIMIT 500`;
  }

  /** Workers heard of within the last day, the last heard of first. */
  async workers(): Promise<WorkerRow[]> {
    return this.db.$queryRaw<WorkerRow[]>`
      SELECT w.id, w.beat_at AS "beatAt", w.started_at AS "startedAt",
        extract(epoch FROM evenhand_now() - w.beat_at)::float8 AS "silentSeconds"
      FROM worker_beats w ORDER BY w.beat_at DESC LIMIT 100`;
  }

  /** Forgets duties that nobody has done for a month: a version before had them. */
  async prune(): Promise<void> {
    await this.db.$executeRaw`DELETE FROM duty_rounds WHERE ended_at < evenhand_now() - interval '30 days'`;
  }
}
