import { Reply } from "@/lib/http/route";
import { container, route } from "@/modules/container";
import { createPlan, listPlans } from "@/modules/leads/plans.schemas";

export const POST = route(createPlan, async ({ principal, body, requestId }) => {
  const { plan, underWay } = await container().bulkPlans.create(principal, body, requestId);
  return new Reply(underWay ? 202 : 201, { success: true, plan });
});

export const GET = route(listPlans, ({ principal, query }) => container().planReading.list(principal, query));
