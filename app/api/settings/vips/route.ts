import { listVips } from "@/modules/call-queue/call-entry.schemas";
import { container, route } from "@/modules/container";

export const GET = route(listVips, async ({ principal }) => ({ vips: await container().callEntries.vips(principal) }));
