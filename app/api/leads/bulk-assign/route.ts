import { bulkReply } from "../bulk-reply";
import { container, route } from "@/modules/container";
import { bulkAssign } from "@/modules/leads/bulk.schemas";

export const POST = route(bulkAssign, async ({ principal, body, requestId }) =>
  bulkReply(await container().bulk.assign(principal, body, requestId)),
);
