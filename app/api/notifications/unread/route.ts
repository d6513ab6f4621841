import { container, route } from "@/modules/container";
import { countUnread } from "@/modules/notifications/schemas";

export const GET = route(countUnread, async ({ principal }) => ({
  unread: await container().notifications.unread(principal),
}));
