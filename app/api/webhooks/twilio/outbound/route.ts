import { container, webhook } from "@/modules/container";
import { outboundWebhook } from "@/modules/twilio-voice/schemas";

export const POST = webhook(outboundWebhook, async (request) =>
  request.params.participantId === undefined
    ? container().agentLegs.dialsIn(request)
    : container().participantLegs.dialsIn(request),
);
