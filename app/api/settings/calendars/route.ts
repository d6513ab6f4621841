import { container, route } from "@/modules/container";
import { listCalendars } from "@/modules/leads/return.schemas";

export const GET = route(listCalendars, async ({ principal }) => ({
  calendars: await container().returnSettings.calendars(principal),
}));
