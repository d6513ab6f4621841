import { container, webhook } from "@/modules/container";
import { callbackLegWebhook } from "@/modules/twilio-voice/schemas";

export const POST = webhook(callbackLegWebhook, async (request) => container().callbackLegs.answer(request), {
  isCallback: ({ query }) => query.get("callback") === "status",
});
