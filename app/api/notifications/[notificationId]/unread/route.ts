import { container, route } from "@/modules/container";
import { unreadNotification } from "@/modules/notifications/schemas";

export const POST = route(unreadNotification, async ({ principal, params }) => ({
  success: true as const,
  notification: await container().notifications.mark(principal, params.notificationId, false),
}));
