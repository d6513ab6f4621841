import { Reply } from "@/lib/http/route";
import { container, route } from "@/modules/container";
import { cancelPlan } from "@/modules/leads/plans.schemas";

export const POST = route(cancelPlan, async ({ principal, params, requestId }) => {
  const { plan, underWay } = await container().bulkPlans.cancel(principal, params.planId, requestId);
  return new Reply(underWay ? 202 : 200, { success: true, plan });
});
