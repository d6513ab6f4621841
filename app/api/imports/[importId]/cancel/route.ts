import { container, route } from "@/modules/container";
import { cancelImport } from "@/modules/imports/schemas";

export const POST = route(cancelImport, async ({ principal, params, requestId }) => ({
  success: true,
  import: await container().imports.cancel(principal, params.importId, requestId),
}));
