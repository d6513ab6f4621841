import { container, route } from "@/modules/container";
import { wrapUpCall } from "@/modules/call-queue/schemas";

export const POST = route(wrapUpCall, async ({ principal, params, body }) => ({
  success: true,
  state: await container().wrapUps.wrapUp(principal, params.callId, {
    disposition: body.disposition,
    note: body.note,
    finish: body.finish ?? true,
  }),
}));
