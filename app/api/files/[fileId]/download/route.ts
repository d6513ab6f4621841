import { container, route } from "@/modules/container";
import { downloadFile } from "@/modules/files/schemas";

export const GET = route(downloadFile, ({ principal, params, requestId }) =>
  container().fileBytes.download(principal, params.fileId, requestId),
);
