import { readQueueRatings } from "@/modules/call-queue/ratings.schemas";
import { container, route } from "@/modules/container";

export const GET = route(readQueueRatings, ({ principal, params, query }) =>
  container().ratings.read(principal, params.queueId, query.days),
);
