import { container, route } from "@/modules/container";
import { resumeCall } from "@/modules/call-queue/talk.schemas";

export const POST = route(resumeCall, async ({ principal, params }) => ({
  success: true,
  state: await container().talkControl.resume(principal, params.callId),
}));
