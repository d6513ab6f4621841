import { bulkReply } from "../bulk-reply";
import { container, route } from "@/modules/container";
import { bulkEdit } from "@/modules/leads/edits.schemas";

export const POST = route(bulkEdit, async ({ principal, body, requestId }) =>
  bulkReply(await container().bulk.edit(principal, body, requestId)),
);
