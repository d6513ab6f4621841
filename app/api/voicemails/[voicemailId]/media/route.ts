import { container, route } from "@/modules/container";
import { playVoicemail } from "@/modules/call-queue/records.schemas";

export const GET = route(playVoicemail, ({ principal, params, request, requestId }) =>
  container().soundPlayer.play(principal, "voicemail", params.voicemailId, {
    range: request.headers.get("range"),
    requestId,
  }),
);
