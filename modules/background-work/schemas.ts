import { z } from "zod";
import { contract, staff } from "@/lib/http/contract";
import { instant, pathId } from "@/lib/http/fields";
import { jobFilters, jobStates } from "@/lib/jobs/job-source";

export type { JobFilter } from "@/lib/jobs/job-source";

const jobSchema = z.strictObject({
  kind: z.string(),
  kind_label: z.string(),
  job_id: z.string(),
  title: z.string(),
  state: z.enum(jobStates),
  created_by: z.string().describe("their e-mail"),
  created_by_name: z.string(),
  created_at: instant,
  started_at: instant.nullable(),
  finished_at: instant.nullable(),
  cancel_requested: z.boolean(),
  progress: z.strictObject({ processed: z.int(), total: z.int().nullable() }),
  runner: z.string().nullable().describe("the process that works on it"),
  held_until: instant.nullable().describe("when it is taken from that process, unless it gives a sign of life"),
  reason: z.string().nullable().describe("why it failed, for people"),
  failures: z.int().describe("how often it has failed, or its process died over it"),
  may_retry: z.boolean(),
  may_cancel: z.boolean(),
  href: z.string().nullable(),
});
export type JobView = z.infer<typeof jobSchema>;

const failureSchema = z.strictObject({
  at: instant,
  runner: z.string(),
  code: z.string(),
  reason: z.string(),
  error: z.string().nullable().describe("in full, for admins; null for others"),
});

const dutySchema = z.strictObject({
  name: z.string(),
  source: z.enum(["worker", "cron"]),
  runner: z.string(),
  interval_ms: z.int().nullable().describe("between two rounds"),
  last_run_at: instant,
  took_ms: z.int(),
  next_run_at: instant.nullable(),
  late: z.boolean().describe("it should have come again long ago"),
  failures: z.int().describe("in a row, up to now"),
  failed_at: instant.nullable().describe("the last time that it failed"),
  error: z.string().nullable().describe("what was thrown then, in full for admins, its first line for others"),
});
export type DutyView = z.infer<typeof dutySchema>;

const stateSchema = z.strictObject({
  done_by: z.enum(["worker", "cron", "nobody"]).describe("who does the background work now"),
  workers: z.array(
    z.strictObject({
      worker_id: z.string(),
      alive: z.boolean(),
      last_heard_at: instant,
      started_at: instant.nullable(),
    }),
  ),
  duties: z.array(dutySchema),
  queues: z
    .array(
      z.strictObject({
        kind: z.string(),
        label: z.string(),
        waiting: z.int(),
        active: z.int(),
        retrying: z.int(),
        failed: z.int(),
      }),
    )
    .describe("the job library's own: wake-ups, of the last hour"),
});
export type BackgroundState = z.infer<typeof stateSchema>;

const params = z.strictObject({ kind: z.string().max(60), jobId: pathId });
const answer = z.strictObject({ success: z.literal(true), job: jobSchema });

export const backgroundState = contract({
  method: "GET",
  path: "/api/background-work",
  summary: "Who does the background work: worker processes, what is done again and again, and the job library's queues",
  access: staff,
  response: stateSchema,
});

export const listJobs = contract({
  method: "GET",
  path: "/api/background-work/jobs",
  summary: "Background jobs of all kinds, the newest first",
  access: staff,
  query: z.strictObject({
    state: z.enum(jobFilters).optional().describe("all unless given"),
    cursor: z.string().max(200).optional(),
    limit: z.coerce.number().int().min(1).max(100).optional(),
  }),
  response: z.strictObject({
    jobs: z.array(jobSchema),
    failed: z.int().describe("that failed, up to 100"),
    next_cursor: z.string().nullable(),
  }),
});

export const readJob = contract({
  method: "GET",
  path: "/api/background-work/jobs/{kind}/{jobId}",
  summary: "One background job with everything that went wrong with it",
  access: staff,
  params,
  response: z.strictObject({ job: jobSchema, failures: z.array(failureSchema) }),
});

export const retryJob = contract({
  method: "POST",
  path: "/api/background-work/jobs/{kind}/{jobId}/retry",
  summary: "Begins a failed job again, or where it broke off; one that is under way or done stays as it is",
  access: staff,
  params,
  response: answer,
});

export const cancelJob = contract({
  method: "POST",
  path: "/api/background-work/jobs/{kind}/{jobId}/cancel",
  summary: "Stops a job that waits or runs",
  access: staff,
  params,
  response: answer,
});

export const backgroundContracts = [backgroundState, listJobs, readJob, retryJob, cancelJob];
