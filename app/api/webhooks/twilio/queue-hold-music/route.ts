import { container, webhook } from "@/modules/container";
import { holdMusicWebhook } from "@/modules/twilio-voice/schemas";

export const POST = webhook(holdMusicWebhook, async (request) => container().callerLine.tick(request), {
  // Music needs no database: the caller hears no failure.
  onFailure: ({ params }) => container().callerLine.music(params.QueueTime),
});
