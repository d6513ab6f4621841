import { container, route } from "@/modules/container";
import { sendPhoneCode } from "@/modules/notifications/schemas";

export const POST = route(sendPhoneCode, async ({ principal, requestId }) => {
  await container().phoneProof.send(principal, requestId);
  return { success: true };
});
