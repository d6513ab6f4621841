import { container, route } from "@/modules/container";
import { fetchExport } from "@/modules/exports/schemas";

export const GET = route(fetchExport, ({ params, query, request, requestId }) =>
  container().exports.fetch(params.exportId, query.token, requestId, request.headers),
);
