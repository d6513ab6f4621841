import { container, webhook } from "@/modules/container";
import { voicemailWebhook } from "@/modules/twilio-voice/schemas";

export const POST = webhook(voicemailWebhook, async (request) => container().exitLine.voicemail(request), {
  isCallback: ({ query }) => query.get("callback") === "recording",
});
