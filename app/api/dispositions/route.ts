import { container, route } from "@/modules/container";
import { listDispositions } from "@/modules/leads/schemas";

export const GET = route(listDispositions, async () => ({ dispositions: await container().leads.dispositions() }));
