import { agentCalls } from "@/modules/call-queue/agent-calls.schemas";
import { container, route } from "@/modules/container";

export const GET = route(agentCalls, ({ principal, query }) => container().agentCalls.read(principal, query.days));
