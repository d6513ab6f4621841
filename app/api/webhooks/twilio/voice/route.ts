import { container, webhook } from "@/modules/container";
import { voiceWebhook } from "@/modules/twilio-voice/schemas";

export const POST = webhook(voiceWebhook, async (request) => container().inboundCalls.answer(request));
