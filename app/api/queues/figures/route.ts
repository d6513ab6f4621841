import { listQueueFigures } from "@/modules/call-queue/queue-figures.schemas";
import { container, route } from "@/modules/container";

export const GET = route(listQueueFigures, ({ principal }) => container().queueFigures.today(principal));
