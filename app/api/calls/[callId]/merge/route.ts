import { container, route } from "@/modules/container";
import { mergeCall } from "@/modules/call-queue/talk.schemas";

export const POST = route(mergeCall, async ({ principal, params }) => ({
  success: true,
  state: await container().talkControl.merge(principal, params.callId),
}));
