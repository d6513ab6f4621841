import { container, route } from "@/modules/container";
import { deleteLead, patchLead, readLead } from "@/modules/leads/schemas";

export const GET = route(readLead, ({ principal, params }) => container().leads.read(principal, params.leadId));

export const PATCH = route(patchLead, ({ principal, params, body, requestId }) =>
  container().leads.patch(principal, params.leadId, body, requestId),
);

export const DELETE = route(deleteLead, async ({ principal, params, requestId }) => ({
  success: true,
  lead_id: await container().leadRemovals.remove(principal, params.leadId, requestId),
}));
