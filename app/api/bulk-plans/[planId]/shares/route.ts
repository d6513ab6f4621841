import { container, route } from "@/modules/container";
import { planShares } from "@/modules/leads/plans.schemas";

export const GET = route(planShares, ({ principal, params }) =>
  container().planReading.sharesOf(principal, params.planId),
);
