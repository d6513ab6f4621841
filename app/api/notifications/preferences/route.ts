import { container, route } from "@/modules/container";
import { changePreferences, readPreferences } from "@/modules/notifications/schemas";

export const GET = route(readPreferences, async ({ principal }) => container().notificationPreferences.read(principal));

export const PUT = route(changePreferences, async ({ principal, body, requestId }) =>
  container().notificationPreferences.change(principal, body, requestId),
);
