import type { z } from "zod";
import { type Principal, requireStaff } from "@/lib/principal";
import type { AgentDirectory } from "@/modules/agents/services/agent-directory.service";
import { type RebalanceGoal, suggestMoves } from "../domain/rebalance";
import type { suggestRebalance } from "../rebalance.schemas";

type Suggestion = z.output<NonNullable<(typeof suggestRebalance)["response"]>>;

/** Suggests whose leads go to whom; what comes of it is a bulk plan. */
export class RebalanceService {
  constructor(private readonly directory: Pick<AgentDirectory, "everyone">) {}

  /** The fewest moves by the loads of this moment (managers). Throws 403. */
  async suggest(principal: Principal, goal: RebalanceGoal = "relieve"): Promise<Suggestion> {
    requireStaff(principal);
    const agents = await this.directory.everyone();
    const emails = new Map(agents.map(({ agentId, email }) => [agentId, email]));
    const found = suggestMoves(
      agents.map((agent) => ({ ...agent, takes: agent.availability === "active" })),
      goal,
    );
    const given = Map.groupBy(found, ({ from }) => from);
    const leftOf = ({ agentId, openLeads, maxCapacity }: (typeof agents)[number]): number =>
      openLeads - maxCapacity - (given.get(agentId) ?? []).reduce((sum, { leads }) => sum + leads, 0);
    const above = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + Math.max(0, one), 0);
    return {
      goal,
      moves: found.map(({ from, to, leads }) => ({ from: emails.get(from) ?? from, to: emails.get(to) ?? to, leads })),
      over_capacity: above(agents.map(({ openLeads, maxCapacity }) => openLeads - maxCapacity)),
      left_over: above(agents.map(leftOf)),
    };
  }
}
