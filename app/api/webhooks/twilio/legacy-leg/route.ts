import { container, webhook } from "@/modules/container";
import { legacyLegWebhook } from "@/modules/twilio-voice/schemas";

export const POST = webhook(legacyLegWebhook, async (request) => container().legacyLines.agentLeg(request), {
  isCallback: ({ query }) => query.get("callback") === "status",
});
