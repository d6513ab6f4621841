import { changeMenu, deleteMenu } from "@/modules/call-queue/call-entry.schemas";
import { container, route } from "@/modules/container";

export const PUT = route(changeMenu, ({ principal, params, body, requestId }) =>
  container().callEntries.putMenu(principal, params.menuId, body, requestId),
);

export const DELETE = route(deleteMenu, async ({ principal, params, requestId }) => {
  await container().callEntries.deleteMenu(principal, params.menuId, requestId);
  return { success: true };
});
