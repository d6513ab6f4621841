import { container, route } from "@/modules/container";
import { retentionCron } from "@/modules/call-queue/records.schemas";

export const GET = route(retentionCron, async ({ requestId }) => {
  const actor = { type: "cron" as const, id: undefined, label: "retention", requestId };
  return { success: true, ...(await container().soundRetention.run(actor)) };
});
