import { container, route } from "@/modules/container";
import { advancedSearch } from "@/modules/leads/search.schemas";

export const POST = route(advancedSearch, ({ principal, body }) => container().leadLists.search(principal, body));
