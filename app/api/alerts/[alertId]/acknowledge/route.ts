import { acknowledgeAlert } from "@/modules/alerts/schemas";
import { container, route } from "@/modules/container";

export const POST = route(acknowledgeAlert, async ({ principal, params }) => ({
  success: true as const,
  alert: await container().alerts.acknowledge(principal, params.alertId),
}));
