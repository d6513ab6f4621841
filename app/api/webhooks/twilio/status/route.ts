import { container, webhook } from "@/modules/container";
import { statusWebhook } from "@/modules/twilio-voice/schemas";

export const POST = webhook(statusWebhook, async (request) => container().callEvents.status(request), {
  isCallback: () => true,
});
