import { container, route } from "@/modules/container";
import { changeFlag } from "@/modules/flags/schemas";

export const PUT = route(changeFlag, ({ principal, params, body, requestId }) =>
  container().flagSettings.change(principal, params.name, body, requestId),
);
