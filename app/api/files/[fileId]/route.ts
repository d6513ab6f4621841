import { container, route } from "@/modules/container";
import { readFile, removeFile } from "@/modules/files/schemas";

export const GET = route(readFile, ({ principal, params }) => container().leadFiles.read(principal, params.fileId));

export const DELETE = route(removeFile, async ({ principal, params, requestId }) => ({
  success: true,
  file: await container().leadFiles.remove(principal, params.fileId, requestId),
}));
