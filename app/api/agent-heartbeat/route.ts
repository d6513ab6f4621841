import { readHeartbeat, sendHeartbeat } from "@/modules/agents/schemas";
import { container, route } from "@/modules/container";

export const POST = route(sendHeartbeat, async ({ principal, body }) =>
  container().heartbeats.beat(principal, {
    agentId: body.agentId,
    deviceConnected: body.deviceConnected,
    currentStatus: body.currentStatus,
    device: body.device,
    clientId: body.clientId,
    takeOver: body.takeOver ?? false,
    choiceId: body.choiceId,
  }),
);

export const GET = route(readHeartbeat, async ({ principal, query }) => {
  const { presence } = container();
  if (query.agentId === undefined) return presence.readAll(principal);
  return { session: await presence.read(principal, query.agentId) };
});
