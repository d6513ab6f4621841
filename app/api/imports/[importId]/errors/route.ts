import { container, route } from "@/modules/container";
import { importErrors } from "@/modules/imports/schemas";

export const GET = route(importErrors, ({ principal, params }) =>
  container().importReading.errors(principal, params.importId),
);
