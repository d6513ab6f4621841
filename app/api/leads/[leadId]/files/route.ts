import { Reply } from "@/lib/http/route";
import { container, route } from "@/modules/container";
import { beginUpload, listFiles } from "@/modules/files/schemas";

export const GET = route(listFiles, ({ principal, params, query }) =>
  container().leadFiles.list(principal, params.leadId, query),
);

export const POST = route(beginUpload, async ({ principal, params, body, requestId }) => {
  const begun = await container().leadFiles.begin(principal, params.leadId, body, requestId);
  return new Reply(201, { success: true, ...begun });
});
