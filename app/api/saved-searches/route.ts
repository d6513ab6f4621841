import { container, route } from "@/modules/container";
import { createSavedSearch, listSavedSearches } from "@/modules/leads/saved-searches.schemas";

export const GET = route(listSavedSearches, async ({ principal }) => ({
  saved_searches: await container().savedSearches.list(principal),
}));

export const POST = route(createSavedSearch, ({ principal, body, requestId }) =>
  container().savedSearches.create(principal, body, requestId),
);
