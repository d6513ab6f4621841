import { container, route } from "@/modules/container";
import { listAbandoned } from "@/modules/call-queue/records.schemas";

export const GET = route(listAbandoned, async ({ principal }) => ({
  callers: await container().abandonedCallers.list(principal),
}));
