import { createCallback, listCallbacks } from "@/modules/call-queue/callback.schemas";
import { container, route } from "@/modules/container";

export const GET = route(listCallbacks, async ({ principal, query: { open, leadId, limit } }) =>
  container().callbacks.read(principal, { open: open === undefined ? undefined : open === "true", leadId, limit }),
);

export const POST = route(
  createCallback,
  async ({ principal, body: { leadId, number, queueId, at, note, timeZone } }) =>
    container().callbacks.create(principal, { leadId, number, queueId, at, note, timeZone }),
);
