import { container, route } from "@/modules/container";
import { suggestRebalance } from "@/modules/leads/rebalance.schemas";

export const GET = route(suggestRebalance, ({ principal, query }) =>
  container().rebalance.suggest(principal, query.goal),
);
