import type { JobKind } from "@/lib/jobs/background-jobs";
import type { Pace } from "@/lib/jobs/pace";
import { PLAN_JOB } from "../domain/plan";
import type { PlanRepository } from "../repositories/plan.repository";
import type { PlanRunner } from "./plan-runner";

/** Plans as background jobs: carried on chunk by chunk, giving way to others, and let go when the time is up. */
export const planJobKind = (
  plans: PlanRepository,
  runner: PlanRunner,
  pace: Pick<Pace, "rest">,
): JobKind<{ released: number; pruned: number }> => ({
  kind: PLAN_JOB,
  abandoned: (limit) => plans.abandoned(limit),
  run: (planId, name, untilMs) => runner.run(planId, name, { lanes: 1, untilMs, pace }),
  /** Gives back promises nobody needs, and forgets plans that were never applied. */
  tidy: async (limit) => ({ released: await plans.releaseForgotten(), pruned: await plans.prune(limit) }),
});
