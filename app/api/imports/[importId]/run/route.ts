import { Reply } from "@/lib/http/route";
import { container, route } from "@/modules/container";
import { runImport } from "@/modules/imports/schemas";

export const POST = route(runImport, async ({ principal, params, requestId }) => {
  const begun = await container().imports.run(principal, params.importId, requestId);
  return new Reply(202, { success: true, import: begun });
});
