import { container, route } from "@/modules/container";
import { playRecording } from "@/modules/call-queue/records.schemas";

export const GET = route(playRecording, ({ principal, params, request, requestId }) =>
  container().soundPlayer.play(principal, "recording", params.recordingId, {
    range: request.headers.get("range"),
    requestId,
  }),
);
