import { container, route } from "@/modules/container";
import { reassignLead } from "@/modules/leads/schemas";

export const PUT = route(reassignLead, async ({ principal, params, body, requestId }) => {
  const moved = await container().assignments.reassign(principal, params.leadId, body, requestId);
  return {
    success: true,
    previous_agent: moved.previousAgent,
    new_agent: moved.agent,
    reassigned_at: moved.at.toISOString(),
  };
});
