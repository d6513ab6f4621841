import { container, route } from "@/modules/container";
import { setDefaultSearch } from "@/modules/leads/saved-searches.schemas";

export const PUT = route(setDefaultSearch, async ({ principal, body, requestId }) => ({
  success: true,
  saved_search_id: await container().savedSearches.setDefault(principal, body.saved_search_id, requestId),
}));
