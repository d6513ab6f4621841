import { container, webhook } from "@/modules/container";
import { agentLegWebhook } from "@/modules/twilio-voice/schemas";
import type { WebhookRequest } from "@/modules/twilio-voice/webhook";

const isCallback = ({ query }: WebhookRequest) => query.get("callback") === "status";

export const POST = webhook(
  agentLegWebhook,
  async (request) => {
    const { agentLegs } = container();
    return isCallback(request) ? agentLegs.status(request) : agentLegs.answered(request);
  },
  { isCallback },
);
