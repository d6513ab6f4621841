import { changeCapacity } from "@/modules/agents/schemas";
import { container, route } from "@/modules/container";

export const PUT = route(changeCapacity, async ({ principal, params, body, requestId }) => {
  const agent = await container().capacity.change(principal, params.agentId, body, requestId);
  return {
    success: true,
    agent: {
      agent_id: agent.email,
      max_capacity: agent.maxCapacity,
      current_capacity: agent.openLeads,
      availability: agent.availability,
    },
  };
});
