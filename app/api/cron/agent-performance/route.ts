import { performanceCron } from "@/modules/agents/performance.schemas";
import { container, route } from "@/modules/container";

export const GET = route(performanceCron, async () => ({
  success: true,
  refreshed: await container().performance.round(),
}));
