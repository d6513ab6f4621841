import { putCallbackSettings, readCallbackSettings } from "@/modules/call-queue/callback.schemas";
import { container, route } from "@/modules/container";

export const GET = route(readCallbackSettings, ({ principal, params }) =>
  container().callbacks.settings(principal, params.queueId),
);

export const PUT = route(putCallbackSettings, async ({ principal, params, body }) =>
  container().callbacks.changeSettings(principal, params.queueId, body),
);
