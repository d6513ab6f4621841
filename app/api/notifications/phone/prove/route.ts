import { container, route } from "@/modules/container";
import { provePhone } from "@/modules/notifications/schemas";

export const POST = route(provePhone, async ({ principal, body, requestId }) => {
  const { phoneProof, notificationPreferences } = container();
  await phoneProof.prove(principal, body.code, requestId);
  return notificationPreferences.read(principal);
});
