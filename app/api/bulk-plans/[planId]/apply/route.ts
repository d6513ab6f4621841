import { Reply } from "@/lib/http/route";
import { container, route } from "@/modules/container";
import { applyPlan } from "@/modules/leads/plans.schemas";

export const POST = route(applyPlan, async ({ principal, params, body, requestId }) => {
  const { plan, underWay } = await container().bulkPlans.apply(principal, params.planId, body, requestId);
  return new Reply(underWay ? 202 : 200, { success: true, plan });
});
