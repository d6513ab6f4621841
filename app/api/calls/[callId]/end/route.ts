import { container, route } from "@/modules/container";
import { endCall } from "@/modules/call-queue/schemas";

export const POST = route(endCall, async ({ principal, params }) => ({
  success: true,
  state: await container().callControl.end(principal, params.callId),
}));
