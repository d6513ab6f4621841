import { container, route } from "@/modules/container";
import { swapCall } from "@/modules/call-queue/talk.schemas";

export const POST = route(swapCall, async ({ principal, params }) => ({
  success: true,
  state: await container().talkControl.swap(principal, params.callId),
}));
