import { container, route } from "@/modules/container";
import { readCall } from "@/modules/call-queue/schemas";

export const GET = route(readCall, async ({ principal, params }) => container().callLog.read(principal, params.callId));
