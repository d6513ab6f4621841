import { container, webhook } from "@/modules/container";
import { conferenceWebhook } from "@/modules/twilio-voice/schemas";

export const POST = webhook(conferenceWebhook, async (request) => container().callEvents.conference(request), {
  isCallback: () => true,
});
