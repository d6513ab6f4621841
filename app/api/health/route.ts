import { container, route } from "@/modules/container";
import { readHealth } from "@/modules/system/schemas";

export const GET = route(readHealth, async () => container().health.health());
