import { container, route } from "@/modules/container";
import { readNotification } from "@/modules/notifications/schemas";

export const POST = route(readNotification, async ({ principal, params }) => ({
  success: true as const,
  notification: await container().notifications.mark(principal, params.notificationId, true),
}));
