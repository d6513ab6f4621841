import { container, route } from "@/modules/container";
import { listCalls } from "@/modules/call-queue/schemas";
import { placeCall } from "@/modules/call-queue/talk.schemas";

export const GET = route(listCalls, async ({ principal, query }) => container().callLog.list(principal, query));

export const POST = route(placeCall, async ({ principal, body }) => {
  const { connect = "ring", outsideHours = false, ...wish } = body;
  return { success: true, ...(await container().outbound.place(principal, { ...wish, connect, outsideHours })) };
});
