import { Reply } from "@/lib/http/route";
import { container, route } from "@/modules/container";
import { bulkExport } from "@/modules/exports/schemas";

export const POST = route(bulkExport, async ({ principal, body, request, requestId }) => {
  const { exports } = container();
  const made = await exports.create(principal, body, requestId);
  if (made.state === "queued" || made.state === "running") return new Reply(202, { success: true, export: made });
  if (request.headers.get("accept") === "application/json") return new Reply(201, { success: true, export: made });
  return exports.download(principal, made.export_id, requestId);
});
