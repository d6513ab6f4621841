import { readPerformance } from "@/modules/agents/performance.schemas";
import { container, route } from "@/modules/container";

export const GET = route(readPerformance, ({ principal }) => container().performance.overview(principal));
