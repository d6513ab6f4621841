import { container, route } from "@/modules/container";
import { countSavedSearches } from "@/modules/leads/saved-searches.schemas";

export const POST = route(countSavedSearches, async ({ principal, body }) => ({
  counts: await container().searchCounts.of(principal, body.saved_search_ids),
}));
