import { container, route } from "@/modules/container";
import { changeVoicemail } from "@/modules/call-queue/records.schemas";

export const PATCH = route(changeVoicemail, ({ principal, params, body, requestId }) =>
  container().voicemailDesk.change(principal, params.voicemailId, body, requestId),
);
