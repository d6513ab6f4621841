import { container, route } from "@/modules/container";
import { undoneLeads } from "@/modules/imports/schemas";

export const GET = route(undoneLeads, ({ principal, params, query }) =>
  container().importReading.leftAlone(principal, params.importId, query),
);
