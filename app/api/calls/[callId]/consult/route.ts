import { container, route } from "@/modules/container";
import { consultOnCall } from "@/modules/call-queue/talk.schemas";

export const POST = route(consultOnCall, async ({ principal, params, body }) => ({
  success: true,
  state: await container().transfers.consult(principal, params.callId, body),
}));
