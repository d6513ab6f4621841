import { deleteVip, putVip } from "@/modules/call-queue/call-entry.schemas";
import { container, route } from "@/modules/container";

export const PUT = route(putVip, ({ principal, params, body, requestId }) =>
  container().callEntries.putVip(principal, params.number, body.label, requestId),
);

export const DELETE = route(deleteVip, async ({ principal, params, requestId }) => {
  await container().callEntries.deleteVip(principal, params.number, requestId);
  return { success: true };
});
