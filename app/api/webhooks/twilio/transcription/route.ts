import { container, webhook } from "@/modules/container";
import { transcriptionWebhook } from "@/modules/twilio-voice/schemas";

export const POST = webhook(transcriptionWebhook, async (request) => container().recordingLine.transcribed(request), {
  isCallback: () => true,
});
