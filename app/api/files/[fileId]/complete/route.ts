import { container, route } from "@/modules/container";
import { completeUpload } from "@/modules/files/schemas";

export const POST = route(completeUpload, async ({ principal, params, requestId }) => ({
  success: true,
  file: await container().fileCompletion.complete(principal, params.fileId, requestId),
}));
