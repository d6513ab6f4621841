import { listNumbers } from "@/modules/call-queue/call-entry.schemas";
import { container, route } from "@/modules/container";

export const GET = route(listNumbers, async ({ principal }) => ({
  numbers: await container().callEntries.numbers(principal),
}));
