import { cancelCallback } from "@/modules/call-queue/callback.schemas";
import { container, route } from "@/modules/container";

export const POST = route(cancelCallback, async ({ principal, params }) =>
  container().callbacks.cancel(principal, params.callbackId),
);
