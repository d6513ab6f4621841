import { container, route } from "@/modules/container";
import { listQueue } from "@/modules/call-queue/schemas";

export const GET = route(listQueue, async ({ principal }) => container().queueOverview.read(principal));
