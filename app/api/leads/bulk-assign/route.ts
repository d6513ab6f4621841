import { container, route } from "@/modules/container";
import { bulkAssign } from "@/modules/leads/schemas";

export const POST = route(bulkAssign, ({ principal, body, requestId }) =>
  container().bulk.assign(principal, body, requestId),
);
