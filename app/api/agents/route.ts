import { listAgents } from "@/modules/agents/schemas";
import { container, route } from "@/modules/container";

export const GET = route(listAgents, ({ principal, query }) => container().capacity.overview(principal, query));
