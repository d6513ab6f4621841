import { notFound } from "@/lib/errors";
import type { QueueCounts } from "@/lib/jobs/job-queue";
import { type Principal, requireStaff } from "@/lib/principal";
import { byAge, type Job, type JobFilter, type JobPosition, type JobSource } from "@/lib/jobs/job-source";
import type { DutyRoundRepository, DutyRow } from "../repositories/duty-round.repository";
import type { JobFailureRepository } from "../repositories/job-failure.repository";
import type { BackgroundState, DutyView, JobView } from "../schemas";

/** Pages of jobs: see CursorCodec of leads. */
export interface Cursors {
  encode(purpose: string, position: { value: string | null; id: string }): string;
  decode(purpose: string, cursor: string): { value: string | null; id: string };
}

/** Seconds without a beat (it comes every 2 s) after which a worker counts as gone. */
const WORKER_SECONDS = 15;
/** Milliseconds by which a duty may be late: the pace it is written down at, and a long round. */
const LATE_MS = 60_000;
const PAGE = 30;
const MOST_FAILURES = 50;
const MOST_COUNTED = 100;

/** The background work as managers see it: jobs of all kinds, and who does what is to be done. */
export class BackgroundWork {
  constructor(
    private readonly sources: readonly JobSource[],
    private readonly duties: Pick<DutyRoundRepository, "all" | "workers">,
    private readonly failures: Pick<JobFailureRepository, "of" | "counts">,
    private readonly queues: { counts(): Promise<QueueCounts[]> },
    private readonly cursors: Cursors,
  ) {}

  async state(principal: Principal): Promise<BackgroundState> {
    requireStaff(principal);
    const [duties, workers, queues] = await Promise.all([
      this.duties.all(),
      this.duties.workers(),
      this.queues.counts(),
    ]);
    const isAlive = ({ silentSeconds }: { silentSeconds: number }) => silentSeconds < WORKER_SECONDS;
    const byWorker = workers.some(isAlive);
    const byCron = duties.some((duty) => duty.source === "cron" && !isLate(duty));
    return {
      done_by: byWorker ? "worker" : byCron ? "cron" : "nobody",
      workers: workers.map((worker) => ({
        worker_id: worker.id,
        alive: isAlive(worker),
        last_heard_at: worker.beatAt.toISOString(),
        started_at: worker.startedAt?.toISOString() ?? null,
      })),
      duties: duties.map((duty) => dutyView(duty, principal.role === "admin")),
      queues: this.queueViews(queues),
    };
  }

  /** One page of all kinds together. Throws 400 invalid_cursor. */
  async list(
    principal: Principal,
    query: { state?: JobFilter | undefined; cursor?: string | undefined; limit?: number | undefined },
  ): Promise<{ jobs: JobView[]; failed: number; next_cursor: string | null }> {
    requireStaff(principal);
    const { state = "all", cursor, limit = PAGE } = query;
    const purpose = `background jobs ${state}`;
    const after = cursor === undefined ? undefined : positionOf(this.cursors.decode(purpose, cursor));
    const [found, failed] = await Promise.all([
      this.pageOf(principal, state, after, limit + 1),
      this.pageOf(principal, "failed", undefined, MOST_COUNTED),
    ]);
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1)?.job : undefined;
    const failures = await this.failures.counts(page.map(({ source, job }) => ({ kind: source.kind, jobId: job.id })));
    return {
      jobs: page.map(({ source, job }) => jobView(source, job, failures.get(`${source.kind} ${job.id}`))),
      failed: failed.length,
      next_cursor: last ? this.cursors.encode(purpose, { value: last.createdAt.toISOString(), id: last.id }) : null,
    };
  }

  /** Throws 404. */
  async read(principal: Principal, kind: string, jobId: string) {
    const source = this.sourceOf(principal, kind);
    const job = await this.found(principal, source, jobId);
    const failures = await this.failures.of(kind, job.job_id, MOST_FAILURES);
    return {
      job,
      failures: failures.map(({ at, error, ...failure }) => ({
        ...failure,
        at: at.toISOString(),
        error: principal.role === "admin" ? error : null,
      })),
    };
  }

  /** Throws 404, 409 job_not_repeatable, and what the kind itself refuses. */
  async retry(principal: Principal, kind: string, jobId: string, requestId: string): Promise<JobView> {
    const source = this.sourceOf(principal, kind);
    await source.retry(principal, jobId, requestId);
    return this.found(principal, source, jobId);
  }

  /** Throws 404, and what the kind itself refuses. */
  async cancel(principal: Principal, kind: string, jobId: string, requestId: string): Promise<JobView> {
    const source = this.sourceOf(principal, kind);
    await source.cancel(principal, jobId, requestId);
    return this.found(principal, source, jobId);
  }

  private async pageOf(principal: Principal, filter: JobFilter, after: JobPosition | undefined, limit: number) {
    const pages = await Promise.all(
      this.sources.map(async (source) =>
        (await source.page(principal, filter, after, limit)).map((job) => ({ source, job })),
      ),
    );
    return pages
      .flat()
      .toSorted((a, b) => byAge(a.job, b.job))
      .slice(0, limit);
  }

  private sourceOf(principal: Principal, kind: string): JobSource {
    requireStaff(principal);
    const source = this.sources.find((one) => one.kind === kind);
    if (!source) throw notFound("This kind of job");
    return source;
  }

  private async found(principal: Principal, source: JobSource, jobId: string): Promise<JobView> {
    const job = await source.find(principal, jobId);
    if (!job) throw notFound("This job");
    const failures = await this.failures.counts([{ kind: source.kind, jobId: job.id }]);
    return jobView(source, job, failures.get(`${source.kind} ${job.id}`));
  }

  /** Kinds that nothing was ever sent of are quiet, not absent. */
  private queueViews(counted: readonly QueueCounts[]): BackgroundState["queues"] {
    const others = counted.filter(({ kind }) => this.sources.every((source) => source.kind !== kind));
    const queued = this.sources.filter(({ isQueued }) => isQueued);
    const known = queued.map(({ kind, label }) => {
      const counts = counted.find((queue) => queue.kind === kind);
      return { kind, label, waiting: 0, active: 0, retrying: 0, failed: 0, ...counts };
    });
    return [...known, ...others.map((queue) => ({ ...queue, label: queue.kind }))];
  }
}

const positionOf = ({ value, id }: { value: string | null; id: string }): JobPosition => ({
  createdAt: new Date(value ?? 0),
  id,
});

function isLate({ intervalMs, silentSeconds }: DutyRow): boolean {
  return intervalMs !== null && silentSeconds * 1_000 > 2 * intervalMs + LATE_MS;
}

function dutyView(duty: DutyRow, inFull: boolean): DutyView {
  const { name, source, runner, intervalMs, endedAt, tookMs, failures, failedAt, error } = duty;
  return {
    name,
    source,
    runner,
    interval_ms: intervalMs,
    last_run_at: endedAt.toISOString(),
    took_ms: tookMs,
    next_run_at: intervalMs === null ? null : new Date(endedAt.getTime() + intervalMs).toISOString(),
    late: isLate(duty),
    failures,
    failed_at: failedAt?.toISOString() ?? null,
    error: inFull ? error : (error?.split("\n", 1)[0] ?? null),
  };
}

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

function jobView({ kind, label }: JobSource, job: Job, failures = 0): JobView {
  return {
    kind,
    kind_label: label,
    job_id: job.id,
    title: job.title,
    state: job.state,
    created_by: job.createdBy,
    created_by_name: job.createdByName,
    created_at: job.createdAt.toISOString(),
    started_at: iso(job.startedAt),
    finished_at: iso(job.finishedAt),
    cancel_requested: job.cancelRequested,
    progress: { processed: job.processed, total: job.total },
    runner: job.runner,
    held_until: iso(job.heldUntil),
    reason: job.reason,
    failures,
    may_retry: job.mayRetry,
    may_cancel: job.mayCancel,
    href: job.href,
  };
}
