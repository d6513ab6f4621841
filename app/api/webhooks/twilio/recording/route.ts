import { container, webhook } from "@/modules/container";
import { recordingWebhook } from "@/modules/twilio-voice/schemas";

export const POST = webhook(recordingWebhook, async (request) => container().recordingLine.reported(request), {
  isCallback: () => true,
});
