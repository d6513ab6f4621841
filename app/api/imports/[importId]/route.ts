import { container, route } from "@/modules/container";
import { changeImport, readImport } from "@/modules/imports/schemas";

export const GET = route(readImport, ({ principal, params }) => container().imports.read(principal, params.importId));

export const PATCH = route(changeImport, async ({ principal, params, body, requestId }) => ({
  success: true,
  import: await container().imports.change(principal, params.importId, body, requestId),
}));
