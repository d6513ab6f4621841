import { container, route } from "@/modules/container";
import { followUpAbandoned, reopenAbandoned } from "@/modules/call-queue/records.schemas";

export const POST = route(followUpAbandoned, async ({ principal, params, requestId }) => {
  await container().abandonedCallers.follow(principal, params.callId, true, requestId);
  return { success: true };
});

export const DELETE = route(reopenAbandoned, async ({ principal, params, requestId }) => {
  await container().abandonedCallers.follow(principal, params.callId, false, requestId);
  return { success: true };
});
