import { container, route } from "@/modules/container";
import { searchAnchors } from "@/modules/leads/search.schemas";

export const POST = route(searchAnchors, ({ principal, body }) => container().leadAnchors.of(principal, body));
