import { Reply } from "@/lib/http/route";
import { container, route } from "@/modules/container";
import { checkImport } from "@/modules/imports/schemas";

export const POST = route(checkImport, async ({ principal, params, requestId }) => {
  const begun = await container().imports.check(principal, params.importId, requestId);
  return new Reply(202, { success: true, import: begun });
});
