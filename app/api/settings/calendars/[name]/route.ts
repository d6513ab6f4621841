import { container, route } from "@/modules/container";
import { putCalendar, readCalendar } from "@/modules/leads/return.schemas";

export const GET = route(readCalendar, ({ principal, params }) =>
  container().returnSettings.calendar(principal, params.name),
);

export const PUT = route(putCalendar, ({ principal, params, body, requestId }) =>
  container().returnSettings.putCalendar(principal, params.name, body, requestId),
);
