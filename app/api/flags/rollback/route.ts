import { container, route } from "@/modules/container";
import { rollBackFlags } from "@/modules/flags/schemas";

export const POST = route(rollBackFlags, ({ principal, body, requestId }) =>
  container().flagSettings.rollBack(principal, body, requestId),
);
