import { container, route } from "@/modules/container";
import { showFile } from "@/modules/files/schemas";

export const GET = route(showFile, ({ principal, params, request, requestId }) =>
  container().fileBytes.show(principal, params.fileId, { range: request.headers.get("range"), requestId }),
);
