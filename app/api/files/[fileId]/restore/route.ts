import { container, route } from "@/modules/container";
import { restoreFile } from "@/modules/files/schemas";

export const POST = route(restoreFile, async ({ principal, params, requestId }) => ({
  success: true,
  file: await container().leadFiles.restore(principal, params.fileId, requestId),
}));
