import { container, route } from "@/modules/container";
import { extendWrapUp } from "@/modules/call-queue/talk.schemas";

export const POST = route(extendWrapUp, async ({ principal, params }) => ({
  success: true,
  state: await container().wrapUps.extend(principal, params.callId),
}));
