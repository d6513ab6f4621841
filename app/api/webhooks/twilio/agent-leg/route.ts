import { container, webhook } from "@/modules/container";
import { agentLegWebhook } from "@/modules/twilio-voice/schemas";

export const POST = webhook(agentLegWebhook, async (request) => container().agentLegs.answer(request), {
  isCallback: ({ query }) => query.get("callback") === "status",
});
