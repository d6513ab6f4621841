import { container, webhook } from "@/modules/container";
import { callerLegWebhook } from "@/modules/twilio-voice/schemas";

export const POST = webhook(callerLegWebhook, async (request) => container().callerLine.nextStep(request));
