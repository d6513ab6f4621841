import { container, route } from "@/modules/container";
import { listTags } from "@/modules/leads/organise.schemas";

export const GET = route(listTags, async ({ principal }) => ({ tags: await container().leadTags.list(principal) }));
