import { container, webhook } from "@/modules/container";
import { holdWebhook } from "@/modules/twilio-voice/schemas";

export const POST = webhook(holdWebhook, async () => container().callerLine.onHold());
