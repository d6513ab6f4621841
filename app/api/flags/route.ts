import { container, route } from "@/modules/container";
import { listFlags } from "@/modules/flags/schemas";

export const GET = route(listFlags, ({ principal }) => container().flagSettings.list(principal));
