import { deleteDoNotCall, putDoNotCall } from "@/modules/call-queue/call-out.schemas";
import { container, route } from "@/modules/container";

export const PUT = route(putDoNotCall, ({ principal, params, body, requestId }) =>
  container().callOutNumbers.putDoNotCall(principal, params.number, body.reason, requestId),
);

export const DELETE = route(deleteDoNotCall, async ({ principal, params, requestId }) => {
  await container().callOutNumbers.deleteDoNotCall(principal, params.number, requestId);
  return { success: true };
});
