import { Reply } from "@/lib/http/route";
import { container, route } from "@/modules/container";
import { listImports, uploadImport } from "@/modules/imports/schemas";

export const GET = route(listImports, ({ principal, query }) => container().imports.list(principal, query));

/** Seconds that a serverless platform is asked to let it run: a large file comes slowly. */
export const maxDuration = 300;

export const POST = route(uploadImport, async ({ principal, query, request, requestId }) => {
  const made = await container().imports.create(principal, request, query.file_name ?? "leads", requestId);
  return new Reply(201, { success: true, import: made });
});
