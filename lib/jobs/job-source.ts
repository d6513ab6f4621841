import type { Principal } from "../principal";

export const jobStates = ["waiting", "running", "done", "failed", "cancelled"] as const;
export type JobState = (typeof jobStates)[number];

export const jobFilters = ["under_way", "failed", "all"] as const;
export type JobFilter = (typeof jobFilters)[number];

/** One background job, whatever its kind, as one person sees it. */
export interface Job {
  id: string;
  /** What it does, for people. */
  title: string;
  state: JobState;
  /** Their e-mail; "Evenhand" for what nobody asked for. */
  createdBy: string;
  createdByName: string;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  processed: number;
  total: number | null;
  cancelRequested: boolean;
  /** Who works on it, and until when a sign of life must come: after that somebody else takes it. */
  runner: string | null;
  heldUntil: Date | null;
  /** Why it failed, for people. */
  reason: string | null;
  mayRetry: boolean;
  mayCancel: boolean;
  /** Where more of it is shown. */
  href: string | null;
}

export interface JobPosition {
  createdAt: Date;
  id: string;
}

/**
 * One kind of background job, as its module shows it to managers. Who may do what is decided by the module, as on its own
 * screens; each call is safe to repeat.
 */
export interface JobSource {
  /** As in the job library and in what is stored of failures. */
  readonly kind: string;
  /** For people, in the plural. */
  readonly label: string;
  /** The job library wakes workers for it; others are found by looking. */
  readonly isQueued: boolean;
  /** Jobs after a position, the newest first. */
  page(principal: Principal, filter: JobFilter, after: JobPosition | undefined, limit: number): Promise<Job[]>;
  find(principal: Principal, jobId: string): Promise<Job | undefined>;
  /** Begins a failed job again, or where it broke off. Throws 409 job_not_repeatable. */
  retry(principal: Principal, jobId: string, requestId: string): Promise<void>;
  cancel(principal: Principal, jobId: string, requestId: string): Promise<void>;
}

/** The newest first; ids decide between jobs of one moment. */
export const byAge = (a: JobPosition, b: JobPosition): number =>
  b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1);
