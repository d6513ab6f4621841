import { listAlerts } from "@/modules/alerts/schemas";
import { container, route } from "@/modules/container";

export const GET = route(listAlerts, async ({ principal, query }) => container().alerts.list(principal, query));
