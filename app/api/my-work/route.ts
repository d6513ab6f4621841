import { container, route } from "@/modules/container";
import { myWork } from "@/modules/leads/my-work.schemas";

export const GET = route(myWork, ({ principal }) => container().myWork.read(principal));
