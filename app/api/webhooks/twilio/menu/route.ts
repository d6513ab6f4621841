import { container, webhook } from "@/modules/container";
import { menuWebhook } from "@/modules/twilio-voice/schemas";

export const POST = webhook(menuWebhook, async (request) => container().exitLine.pressed(request));
