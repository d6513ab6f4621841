import { container, route } from "@/modules/container";
import { restoreLead } from "@/modules/leads/organise.schemas";

export const POST = route(restoreLead, ({ principal, params, requestId }) =>
  container().leadRemovals.restore(principal, params.leadId, requestId),
);
