import { container, route } from "@/modules/container";
import { stopSupervising, superviseCall } from "@/modules/call-queue/talk.schemas";

export const POST = route(superviseCall, async ({ principal, params, body }) => ({
  success: true,
  ...(await container().supervision.enter(principal, params.callId, body.mode)),
}));

export const DELETE = route(stopSupervising, async ({ principal, params }) => {
  await container().supervision.leave(principal, params.callId);
  return { success: true };
});
