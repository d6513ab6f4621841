import { container, webhook } from "@/modules/container";
import { outsideNumberWebhook } from "@/modules/twilio-voice/schemas";

export const POST = webhook(outsideNumberWebhook, async (request) => container().exitLine.outsideNumber(request));
