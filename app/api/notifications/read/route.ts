import { container, route } from "@/modules/container";
import { readAllNotifications } from "@/modules/notifications/schemas";

export const POST = route(readAllNotifications, async ({ principal, body }) => ({
  success: true as const,
  ...(await container().notifications.markAll(principal, new Date(body.until))),
}));
