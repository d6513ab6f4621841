import { deleteCallerId, putCallerId } from "@/modules/call-queue/call-out.schemas";
import { container, route } from "@/modules/container";

export const PUT = route(putCallerId, ({ principal, params, body, requestId }) =>
  container().callOutNumbers.putCallerId(principal, params.number, body.label, requestId),
);

export const DELETE = route(deleteCallerId, async ({ principal, params, requestId }) => {
  await container().callOutNumbers.deleteCallerId(principal, params.number, requestId);
  return { success: true };
});
