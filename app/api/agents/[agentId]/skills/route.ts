import { changeSkills } from "@/modules/call-queue/queues.schemas";
import { container, route } from "@/modules/container";

export const PUT = route(changeSkills, async ({ principal, params, body, requestId }) => ({
  success: true,
  ...(await container().queueSettings.changeSkills(principal, params.agentId, body.skills, requestId)),
}));
