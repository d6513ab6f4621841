import { container, route } from "@/modules/container";
import { readReadiness } from "@/modules/system/schemas";

export const GET = route(readReadiness, async () => container().health.ready());
