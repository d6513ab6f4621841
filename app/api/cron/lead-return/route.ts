import { container, route } from "@/modules/container";
import { leadReturnCron } from "@/modules/leads/return.schemas";

export const GET = route(leadReturnCron, async ({ requestId }) => {
  const actor = { type: "cron" as const, id: undefined, label: "lead-return", requestId };
  return { success: true, ...(await container().returns.run(actor)) };
});
