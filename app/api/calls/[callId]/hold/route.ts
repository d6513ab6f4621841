import { container, route } from "@/modules/container";
import { holdCall } from "@/modules/call-queue/talk.schemas";

export const POST = route(holdCall, async ({ principal, params }) => ({
  success: true,
  state: await container().talkControl.hold(principal, params.callId),
}));
