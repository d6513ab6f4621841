import { container, route } from "@/modules/container";
import { dropParticipant } from "@/modules/call-queue/talk.schemas";

export const DELETE = route(dropParticipant, async ({ principal, params }) => ({
  success: true,
  state: await container().talkControl.drop(principal, params.callId, params.participantId),
}));
