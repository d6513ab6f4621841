import { container, route } from "@/modules/container";
import { setSearchAlert } from "@/modules/leads/saved-searches.schemas";

export const PUT = route(setSearchAlert, ({ principal, params, body, requestId }) =>
  container().searchAlerts.set(principal, params.savedSearchId, body.alert, requestId),
);
