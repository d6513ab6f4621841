import { container, route } from "@/modules/container";
import { retryDelivery } from "@/modules/notifications/schemas";

export const POST = route(retryDelivery, async ({ principal, params }) => ({
  success: true as const,
  delivery: await container().notificationLog.retry(principal, params.deliveryId),
}));
