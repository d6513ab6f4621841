import { container, route } from "@/modules/container";
import { changeSavedSearch, deleteSavedSearch } from "@/modules/leads/saved-searches.schemas";

export const PATCH = route(changeSavedSearch, ({ principal, params, body, requestId }) =>
  container().savedSearches.change(principal, params.savedSearchId, body, requestId),
);

export const DELETE = route(deleteSavedSearch, async ({ principal, params, requestId }) => ({
  success: true,
  saved_search_id: await container().savedSearches.remove(principal, params.savedSearchId, requestId),
}));
