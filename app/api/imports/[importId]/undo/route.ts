import { Reply } from "@/lib/http/route";
import { container, route } from "@/modules/container";
import { undoImport } from "@/modules/imports/schemas";

export const POST = route(undoImport, async ({ principal, params, requestId }) => {
  const begun = await container().imports.undo(principal, params.importId, requestId);
  return new Reply(202, { success: true, import: begun });
});
