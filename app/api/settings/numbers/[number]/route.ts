import { deleteNumber, putNumber } from "@/modules/call-queue/call-entry.schemas";
import { container, route } from "@/modules/container";

export const PUT = route(putNumber, ({ principal, params, body, requestId }) =>
  container().callEntries.putNumber(principal, params.number, body, requestId),
);

export const DELETE = route(deleteNumber, async ({ principal, params, requestId }) => {
  await container().callEntries.deleteNumber(principal, params.number, requestId);
  return { success: true };
});
