import { container, webhook } from "@/modules/container";
import { queueHandlerWebhook } from "@/modules/twilio-voice/schemas";

export const POST = webhook(queueHandlerWebhook, async (request) => container().callerLine.leftQueue(request), {
  isCallback: ({ params }) => params.QueueResult === "hangup",
});
