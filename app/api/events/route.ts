import { container, route } from "@/modules/container";
import { listenToEvents } from "@/modules/realtime/schemas";

export const dynamic = "force-dynamic";

export const GET = route(listenToEvents, async ({ principal, query, request }) => {
  const lastEventId = request.headers.get("last-event-id") ?? query.lastEventId;
  return container().eventStreams.open(principal, lastEventId || undefined, request.signal);
});
