import { container, route } from "@/modules/container";
import { assignLead } from "@/modules/leads/schemas";

export const POST = route(assignLead, async ({ principal, params, body, requestId }) => {
  const { lead, agent, at, capacity } = await container().assignments.assign(principal, params.leadId, body, requestId);
  return {
    success: true,
    lead: {
      lead_id: lead.id,
      assigned_agent: agent.email,
      assigned_at: at.toISOString(),
      priority: lead.priority,
    },
    agent_capacity: capacity,
  };
});
