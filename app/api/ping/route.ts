import { route } from "@/modules/container";
import { ping } from "@/modules/system/schemas";

export const GET = route(ping, async () => ({ success: true }));
