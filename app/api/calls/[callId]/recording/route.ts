import { container, route } from "@/modules/container";
import { recordCall } from "@/modules/call-queue/talk.schemas";

export const POST = route(recordCall, async ({ principal, params, body }) => ({
  success: true,
  recording: await container().callRecordings.change(principal, params.callId, body.action),
}));
