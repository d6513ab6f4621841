import { container, route } from "@/modules/container";
import { declineCall } from "@/modules/call-queue/schemas";

export const POST = route(declineCall, async ({ principal, params }) => ({
  success: true,
  state: await container().callControl.decline(principal, params.callId),
}));
