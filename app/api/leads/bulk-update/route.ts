import { bulkReply } from "../bulk-reply";
import { container, route } from "@/modules/container";
import { bulkUpdate } from "@/modules/leads/bulk.schemas";

export const POST = route(bulkUpdate, async ({ principal, body, requestId }) =>
  bulkReply(await container().bulk.update(principal, body, requestId)),
);
