import { container, route } from "@/modules/container";
import { listNotifications } from "@/modules/notifications/schemas";

export const GET = route(listNotifications, async ({ principal, query }) =>
  container().notifications.list(principal, query),
);
