import { z } from "zod";
import { contract, everyone } from "@/lib/http/contract";
import { instant } from "@/lib/http/fields";

export const voiceToken = contract({
  method: "GET",
  path: "/api/voice/token",
  summary: "A Voice SDK access token for the asking agent",
  access: everyone,
  response: z.strictObject({
    token: z.string(),
    identity: z.string(),
    expiresAt: instant,
    /** Only with a carrier other than Twilio's own: where the SDK's signalling socket goes. */
    signalUrl: z.string().nullable(),
  }),
});

const webhook = (name: string, summary: string) =>
  contract({ method: "POST", path: `/api/webhooks/twilio/${name}`, summary, access: { kind: "carrier" } });

export const voiceWebhook = webhook("voice", "A call has come in");
export const holdMusicWebhook = webhook("queue-hold-music", "A waiting caller needs something to hear");
export const queueHandlerWebhook = webhook("queue-handler", "A caller has left the queue");
export const callerLegWebhook = webhook("caller-leg", "A caller's leg needs its next instruction outside the queue");
export const agentLegWebhook = webhook("agent-leg", "An agent's leg was answered, or its state changed");
export const participantWebhook = webhook(
  "participant",
  "Somebody rung into a conversation answered, or their state changed",
);
export const callbackLegWebhook = webhook(
  "callback-leg",
  "A customer who is called back answered, or their leg's state changed",
);
export const answeringMachineWebhook = webhook(
  "answering-machine",
  "Who answered a call out, as far as the carrier can tell; or a machine's leg needs its document",
);
export const holdWebhook = webhook("hold", "Somebody on hold needs something to hear");
export const conferenceWebhook = webhook("conference", "Somebody joined or left a conference");
export const statusWebhook = webhook("status", "A call's state changed");
export const legacyDialWebhook = webhook("legacy-dial", "Ringing one agent from the caller's line is over");
export const legacyLegWebhook = webhook("legacy-leg", "An agent's leg of the flow without a queue, answered or over");
export const outboundWebhook = webhook("outbound", "A softphone calls out or dials in");

export const menuWebhook = webhook("menu", "A key was pressed in a menu, or none in time");
export const voicemailWebhook = webhook("voicemail", "A caller left a message");
export const recordingWebhook = webhook("recording", "The recording of a conversation began, or is ready");
export const transcriptionWebhook = webhook("transcription", "A message was written down, or could not be");
export const ratingWebhook = webhook("rating", "A caller is asked how they found the call, or has answered");
export const outsideNumberWebhook = webhook("outside-number", "The outside number a caller was sent to is done");

export const voiceContracts = [
  voiceToken,
  voiceWebhook,
  holdMusicWebhook,
  queueHandlerWebhook,
  callerLegWebhook,
  agentLegWebhook,
  participantWebhook,
  callbackLegWebhook,
  answeringMachineWebhook,
  holdWebhook,
  conferenceWebhook,
  statusWebhook,
  legacyDialWebhook,
  legacyLegWebhook,
  outboundWebhook,
  menuWebhook,
  voicemailWebhook,
  recordingWebhook,
  transcriptionWebhook,
  ratingWebhook,
  outsideNumberWebhook,
];
