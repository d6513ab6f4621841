import { heartbeatCleanup } from "@/modules/agents/schemas";
import { container, route } from "@/modules/container";

export const GET = route(heartbeatCleanup, async ({ requestId }) => ({
  success: true,
  sweptOffline: await container().presenceChanges.sweep({
    type: "cron",
    id: undefined,
    label: "lease sweep",
    requestId,
  }),
}));
