import { container, route } from "@/modules/container";
import { leadDecisions } from "@/modules/leads/decisions.schemas";

export const GET = route(leadDecisions, ({ principal, params, query }) =>
  container().decisions.read(principal, params.leadId, query),
);
