import { container, route } from "@/modules/container";
import { planRows } from "@/modules/leads/plans.schemas";

export const GET = route(planRows, ({ principal, params, query }) =>
  container().planReading.rowsOf(principal, params.planId, query),
);
