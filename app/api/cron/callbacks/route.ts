import { callbacksCron } from "@/modules/call-queue/callback.schemas";
import { container, route } from "@/modules/container";

export const GET = route(callbacksCron, async ({ requestId }) => {
  const actor = { type: "cron" as const, id: undefined, label: "callbacks", requestId };
  return { success: true, ...(await container().callbackRounds.round(actor)) };
});
