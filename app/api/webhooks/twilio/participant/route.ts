import { container, webhook } from "@/modules/container";
import { participantWebhook } from "@/modules/twilio-voice/schemas";

export const POST = webhook(participantWebhook, async (request) => container().participantLegs.answer(request), {
  isCallback: ({ query }) => query.get("callback") === "status",
});
