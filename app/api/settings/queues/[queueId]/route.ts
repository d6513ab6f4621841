import { archiveQueue, changeQueue, readQueueSettings } from "@/modules/call-queue/queues.schemas";
import { container, route } from "@/modules/container";

export const GET = route(readQueueSettings, ({ principal, params }) =>
  container().queueSettings.read(principal, params.queueId),
);

export const PATCH = route(changeQueue, ({ principal, params, body, requestId }) =>
  container().queueSettings.change(principal, params.queueId, body, requestId),
);

export const DELETE = route(archiveQueue, async ({ principal, params, requestId }) => ({
  success: true,
  queueId: await container().queueSettings.archive(principal, params.queueId, requestId),
}));
