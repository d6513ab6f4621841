import { container, route } from "@/modules/container";
import { listExperiments } from "@/modules/flags/schemas";

export const GET = route(listExperiments, async ({ principal }) => ({
  experiments: await container().flagExperiments.read(principal),
}));
