import { listDoNotCall } from "@/modules/call-queue/call-out.schemas";
import { container, route } from "@/modules/container";

export const GET = route(listDoNotCall, ({ principal, query }) =>
  container().callOutNumbers.doNotCall(principal, query.search),
);
