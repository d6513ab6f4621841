import { container, route } from "@/modules/container";
import { importRows } from "@/modules/imports/schemas";

export const GET = route(importRows, ({ principal, params, query }) =>
  container().importReading.rows(principal, params.importId, query),
);
