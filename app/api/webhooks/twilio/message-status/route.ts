import { container, webhook } from "@/modules/container";
import { messageStatusWebhook } from "@/modules/notifications/schemas";

export const POST = webhook(messageStatusWebhook, async (request) => container().smsLine.status(request), {
  isCallback: () => true,
});
