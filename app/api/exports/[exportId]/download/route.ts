import { container, route } from "@/modules/container";
import { downloadExport } from "@/modules/exports/schemas";

export const GET = route(downloadExport, ({ principal, params, request, requestId }) =>
  container().exports.download(principal, params.exportId, requestId, request.headers),
);
