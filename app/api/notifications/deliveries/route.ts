import { container, route } from "@/modules/container";
import { listDeliveries } from "@/modules/notifications/schemas";

export const GET = route(listDeliveries, async ({ principal, query }) =>
  container().notificationLog.list(principal, query),
);
