import { container, route } from "@/modules/container";
import { editHistory } from "@/modules/leads/edit-history.schemas";

export const GET = route(editHistory, ({ principal }) => container().editHistory.read(principal));
