import { container, route } from "@/modules/container";
import { listExports } from "@/modules/exports/schemas";

export const GET = route(listExports, ({ principal, query }) => container().exports.list(principal, query));
