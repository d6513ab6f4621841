import { Reply } from "@/lib/http/route";
import { container, route } from "@/modules/container";
import { undoPlan } from "@/modules/leads/plans.schemas";

export const POST = route(undoPlan, async ({ principal, params, body, requestId }) => {
  const preview = body.preview === true;
  const { plan, underWay } = await container().bulkPlans.undo(principal, params.planId, preview, requestId);
  return new Reply(underWay ? 202 : 200, { success: true, plan });
});
