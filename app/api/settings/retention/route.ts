import { container, route } from "@/modules/container";
import { changeRetention, readRetention } from "@/modules/call-queue/records.schemas";

export const GET = route(readRetention, ({ principal }) => container().soundRetention.policy(principal));

export const PUT = route(changeRetention, ({ principal, body, requestId }) =>
  container().soundRetention.setPolicy(principal, body, requestId),
);
