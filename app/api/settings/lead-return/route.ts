import { container, route } from "@/modules/container";
import { changeReturnPolicy, readReturnPolicy } from "@/modules/leads/return.schemas";

export const GET = route(readReturnPolicy, ({ principal }) => container().returnSettings.policy(principal));

export const PUT = route(changeReturnPolicy, ({ principal, body, requestId }) =>
  container().returnSettings.changePolicy(principal, body, requestId),
);
