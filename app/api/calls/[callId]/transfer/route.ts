import { container, route } from "@/modules/container";
import { transferCall } from "@/modules/call-queue/talk.schemas";

export const POST = route(transferCall, async ({ principal, params, body }) => ({
  success: true,
  state: await container().transfers.transfer(principal, params.callId, body),
}));
