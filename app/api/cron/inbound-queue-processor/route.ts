import { container, route } from "@/modules/container";
import { queueProcessor } from "@/modules/call-queue/schemas";

export const GET = route(queueProcessor, async ({ requestId }) => {
  const actor = { type: "cron" as const, id: undefined, label: "inbound-queue-processor", requestId };
  return { success: true, ...(await container().queueProcessor.process(actor)) };
});
