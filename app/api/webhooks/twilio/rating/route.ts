import { container, webhook } from "@/modules/container";
import { ratingWebhook } from "@/modules/twilio-voice/schemas";

export const POST = webhook(ratingWebhook, async (request) => container().ratingLine.answer(request));
