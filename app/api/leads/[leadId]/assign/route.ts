import { container, route } from "@/modules/container";
import { assignLead } from "@/modules/leads/schemas";

export const POST = route(assignLead, async ({ principal, params, body, requestId }) => {
  const { leadId, agent, at, priority, capacity } = await container().assignments.assign(
    principal,
    params.leadId,
    body,
    requestId,
  );
  return {
    success: true,
    lead: { lead_id: leadId, assigned_agent: agent, assigned_at: at.toISOString(), priority },
    agent_capacity: capacity,
  };
});
