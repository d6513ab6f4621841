import type { Pace } from "@/lib/jobs/pace";
import type { PlanRepository } from "../repositories/plan.repository";
import type { PlanRunner } from "./plan-runner";

/** What of the job library plans need. */
export interface JobPort {
  send(kind: string, key: string): Promise<void>;
  /** Takes the next job; undefined when there is none. */
  take(kind: string): Promise<{ id: string; key: string } | undefined>;
  done(kind: string, id: string): Promise<void>;
}

interface Log {
  error(fields: object, message: string): void;
}

export const PLAN_JOB = "bulk-plan";
/** Plans looked for in one sweep, and forgotten in one. */
const SWEPT = 100;

export interface Drained {
  worked_on: number;
  left: number;
  released: number;
  pruned: number;
}

/** Has plans worked on by whoever has the time: a worker, or a cron call where there is none. */
export class PlanJobs {
  constructor(
    private readonly plans: PlanRepository,
    private readonly runner: PlanRunner,
    private readonly jobs: JobPort,
    private readonly pace: Pick<Pace, "rest">,
    private readonly log: Log,
  ) {}

  /** Tells a worker of a plan, after its transaction. Should that fail, the next sweep finds the plan. */
  async enqueue(planId: string): Promise<void> {
    try {
      await this.jobs.send(PLAN_JOB, planId);
    } catch (error) {
      this.log.error({ err: error, planId }, "a plan was left to the sweep");
    }
  }

  /** Works on plans that wait, one after the other, for `seconds` at most; answers how many were carried on. */
  async work(runner: string, seconds: number): Promise<number> {
    const untilMs = Date.now() + seconds * 1_000;
    let worked = 0;
    while (Date.now() < untilMs) {
      const job = await this.jobs.take(PLAN_JOB);
      if (!job) return worked;
      worked += 1;
      const end = await this.runner.run(job.key, runner, { lanes: 1, untilMs, pace: this.pace });
      await this.jobs.done(PLAN_JOB, job.id);
      // The rest comes after what others wait for.
      if (end === "out of time") await this.jobs.send(PLAN_JOB, job.key);
    }
    return worked;
  }

  /** Finds plans that somebody began and nobody works on any more, and promises nobody needs; safe to run at once. */
  async sweep(): Promise<{ found: number; released: number; pruned: number }> {
    const abandoned = await this.plans.abandoned(SWEPT);
    for (const planId of abandoned) await this.enqueue(planId);
    return {
      found: abandoned.length,
      released: await this.plans.releaseForgotten(),
      pruned: await this.plans.prune(SWEPT),
    };
  }

  /** One round without a worker, of some seconds. */
  async drain(runner: string, seconds: number): Promise<Drained> {
    const { released, pruned } = await this.sweep();
    const worked = await this.work(runner, seconds);
    return { worked_on: worked, left: (await this.plans.abandoned(SWEPT)).length, released, pruned };
  }
}
