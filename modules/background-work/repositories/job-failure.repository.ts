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

  async prune(): Promise<number> {
    return this.db.$executeRaw`
      DELETE FROM job_failures WHERE id IN (
        SELECT id FROM job_failures WHERE at < evenhand_now() - make_interval(days => ${KEPT_DAYS})
        ORDER BY at LIMIT ${MOST_PRUNED}::int)`;
  }
}
