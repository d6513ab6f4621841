import { readWaitAccuracy } from "@/modules/call-queue/wait.schemas";
import { container, route } from "@/modules/container";

export const GET = route(readWaitAccuracy, async ({ principal, params, query }) =>
  container().waitAccuracy.read(principal, params.queueId, query.hours),
);
