import { container, webhook } from "@/modules/container";
import { legacyDialWebhook } from "@/modules/twilio-voice/schemas";

export const POST = webhook(legacyDialWebhook, async (request) => container().legacyLines.dialOver(request));
