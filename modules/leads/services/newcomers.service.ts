import type { Pace } from "@/lib/jobs/pace";
import type { Principal } from "@/lib/principal";
import { BULK_IN_REQUEST } from "../domain/bulk";
import type { PlanRepository } from "../repositories/plan.repository";
import type { PlanMaker } from "./plan-maker";
import type { AskedAssignment, PlanRequests } from "./plan-requests";
import type { PlanRunner } from "./plan-runner";

/** Deals leads that have just come into the house, by a plan like any other: within capacity, with why for each. */
export class Newcomers {
  constructor(
    private readonly plans: Pick<PlanRepository, "find">,
    private readonly requests: Pick<PlanRequests, "assign">,
    private readonly maker: PlanMaker,
    private readonly runner: Pick<PlanRunner, "run">,
    private readonly jobs: { enqueue(planId: string): Promise<void> },
    private readonly pace: Pick<Pace, "rest">,
  ) {}

  /** Throws 404 agent_not_found and 422 unknown_team for whom leads cannot be dealt to. */
  async check(asked: AskedAssignment): Promise<void> {
    await this.requests.assign(asked, "apply");
  }

  /**
   * Has the leads dealt by the plan of this id, which is made once however often it is asked for. A small one is written
   * before it answers, a large one is left to whoever works on plans.
   */
  async deal(
    by: Pick<Principal, "userId" | "email">,
    planId: string,
    leadIds: readonly string[],
    asked: AskedAssignment,
    runner: string,
  ): Promise<void> {
    if (leadIds.length === 0) return;
    if (!(await this.plans.find(planId))) {
      const request = await this.requests.assign(asked, "apply");
      const named = { given: [...leadIds], ids: [...leadIds] };
      await this.maker.make(
        by,
        { planId, request, chosen: { named }, onChanged: "skip", requestId: undefined },
        runner,
      );
    }
    if (leadIds.length > BULK_IN_REQUEST) await this.jobs.enqueue(planId);
    else await this.runner.run(planId, runner, { lanes: 1, pace: this.pace });
  }
}
