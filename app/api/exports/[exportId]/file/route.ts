import { container, route } from "@/modules/container";
import { fetchExport } from "@/modules/exports/schemas";

export const GET = route(fetchExport, ({ params, query, requestId }) =>
  container().exports.fetch(params.exportId, query.token, requestId),
);
