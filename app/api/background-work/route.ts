import { backgroundState } from "@/modules/background-work/schemas";
import { container, route } from "@/modules/container";

export const GET = route(backgroundState, ({ principal }) => container().background.state(principal));
