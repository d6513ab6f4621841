import { container, route } from "@/modules/container";
import { transcribeVoicemail } from "@/modules/call-queue/records.schemas";

export const PUT = route(transcribeVoicemail, ({ principal, params, body, requestId }) =>
  container().voicemailDesk.transcribe(principal, params.voicemailId, body.text, requestId),
);
