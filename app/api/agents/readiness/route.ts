import { readPoolReadiness } from "@/modules/call-queue/readiness.schemas";
import { container, route } from "@/modules/container";

export const GET = route(readPoolReadiness, ({ principal, query }) =>
  container().dispatcher.validatePool(principal, query.queue),
);
