import { container, route } from "@/modules/container";
import { bulkUpdate } from "@/modules/leads/schemas";

export const POST = route(bulkUpdate, ({ principal, body, requestId }) =>
  container().bulk.update(principal, body, requestId),
);
