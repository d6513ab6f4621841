import type { Db } from "@/lib/db/client";

export interface JobFailureRow {
  at: Date;
  runner: string;
  code: string;
  reason: string;
  error: string | null;
}

/** Days that failures are kept. */
const KEPT_DAYS = 90;
const MOST_PRUNED = 5_000;

/** What went wrong with background jobs; written by lib/jobs/job-failures. */
export class JobFailureRepository {
  constructor(private readonly db: Db) {}

  /** The latest first. */
  async of(kind: string, jobId: string, limit: number): Promise<JobFailureRow[]> {
    return this.db.$queryRaw<JobFailureRow[]>`
      SELECT f.at, f.runner, f.code, f.reason, f.error FROM job_failures f
      WHERE f.kind = ${kind} AND f.job_id = ${jobId}::uuid ORDER BY f.at DESC LIMIT ${limit}::int`;
  }

  /** How many each of these jobs has; jobs without any are left out. */
  async counts(jobs: readonly { kind: string; jobId: string }[]): Promise<Map<string, number>> {
    const rows = await this.db.$queryRaw<{ kind: string; jobId: string; count: number }[]>`
      SELECT f.kind, f.job_id::text AS "jobId", count(*)::int AS "count"
      FROM unnest(${jobs.map(({ kind }) => kind)}::text[], ${jobs.map(({ jobId }) => jobId)}::uuid[]) AS j(kind, job)
        JOIN job_failures f ON f.kind = j.kind AND f.job_id = j.job GROUP BY f.kind, f.job_id`;
    return new Map(rows.map(({ kind, jobId, count }) => [`${kind} ${jobId}`, count]));
  }

  async prune(): Promise<number> {
    return this.db.$executeRaw`
      DELETE FROM job_failures WHERE id IN (
        SELECT id FROM job_failures WHERE at < evenhand_now() - make_interval(days => ${KEPT_DAYS})
        ORDER BY at LIMIT ${MOST_PRUNED}::int)`;
  }
}
