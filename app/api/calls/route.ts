import { container, route } from "@/modules/container";
import { listCalls } from "@/modules/call-queue/schemas";

export const GET = route(listCalls, async ({ principal, query }) => container().callLog.list(principal, query));
