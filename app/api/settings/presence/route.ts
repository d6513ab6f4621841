import { changePresenceSettings, readPresenceSettings } from "@/modules/agents/presence.schemas";
import { container, route } from "@/modules/container";

export const GET = route(readPresenceSettings, ({ principal }) => container().presenceSettings.read(principal));

export const PUT = route(changePresenceSettings, ({ principal, body, requestId }) =>
  container().presenceSettings.change(principal, body, requestId),
);
