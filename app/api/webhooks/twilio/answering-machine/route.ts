import { container, webhook } from "@/modules/container";
import { answeringMachineWebhook } from "@/modules/twilio-voice/schemas";

export const POST = webhook(
  answeringMachineWebhook,
  async (request) => container().answeringMachineLine.answer(request),
  { isCallback: ({ query }) => query.get("step") !== "message" },
);
