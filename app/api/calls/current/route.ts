import { container, route } from "@/modules/container";
import { myCalls } from "@/modules/call-queue/schemas";

export const GET = route(myCalls, async ({ principal }) => ({
  calls: await container().callLog.current(principal),
}));
