import { container, route } from "@/modules/container";
import { unmergeLead } from "@/modules/leads/organise.schemas";

export const POST = route(unmergeLead, async ({ principal, params, requestId }) => ({
  success: true,
  ...(await container().leadUnmerges.unmerge(principal, params.leadId, requestId)),
}));
