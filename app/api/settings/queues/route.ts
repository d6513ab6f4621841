import { createQueue, listQueueSettings } from "@/modules/call-queue/queues.schemas";
import { container, route } from "@/modules/container";

export const GET = route(listQueueSettings, async ({ principal }) => ({
  queues: await container().queueSettings.list(principal),
}));

export const POST = route(createQueue, ({ principal, body, requestId }) =>
  container().queueSettings.create(principal, body, requestId),
);
