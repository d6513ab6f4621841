import { container, route } from "@/modules/container";
import { cancelExport } from "@/modules/exports/schemas";

export const POST = route(cancelExport, async ({ principal, params, requestId }) => ({
  success: true,
  export: await container().exports.cancel(principal, params.exportId, requestId),
}));
