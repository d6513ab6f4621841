import { container, route } from "@/modules/container";
import { leadActivity } from "@/modules/leads/schemas";

export const GET = route(leadActivity, ({ principal, params, query }) =>
  container().leadTimeline.read(principal, params.leadId, query),
);
