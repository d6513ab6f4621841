import { changeCallback } from "@/modules/call-queue/callback.schemas";
import { container, route } from "@/modules/container";

export const PATCH = route(changeCallback, async ({ principal, params, body: { at, note, timeZone } }) =>
  container().callbacks.change(principal, params.callbackId, { at, note, timeZone }),
);
