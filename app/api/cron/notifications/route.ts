import { container, route } from "@/modules/container";
import { drainNotifications } from "@/modules/notifications/schemas";

/** Seconds after which one call begins nothing more. */
const SECONDS = 8;
export const maxDuration = 60;

export const GET = route(drainNotifications, async ({ requestId }) => ({
  success: true as const,
  ...(await container().notificationRounds.drain(`cron:${requestId}`, SECONDS)),
}));
