import { container, webhook } from "@/modules/container";
import { outboundWebhook } from "@/modules/twilio-voice/schemas";

export const POST = webhook(outboundWebhook, async (request) => container().agentLegs.dialsIn(request));
