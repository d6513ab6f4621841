import { z } from "zod";

/** Version of the signalling protocol that @twilio/voice-sdk 2 speaks. */
const PROTOCOL_VERSION = "1.6";
const sid = z.string().min(1).max(64);
const sdp = z.string().min(1).max(32_768);

/** The frames that a browser with the Voice SDK sends; unknown fields are ignored as the real gateway does. */
const frame = z.discriminatedUnion("type", [
  z.object({ type: z.literal("listen"), payload: z.object({ token: z.string().max(8_192) }) }),
  z.object({
    type: z.literal("register"),
    payload: z.object({ media: z.object({ audio: z.boolean().optional() }).optional() }),
  }),
  z.object({
    type: z.literal("invite"),
    payload: z.object({
      callsid: sid,
      sdp,
      reconnect: z.string().max(256).optional(),
      twilio: z.object({ params: z.string().max(16_384).optional() }).optional(),
    }),
  }),
  z.object({ type: z.literal("answer"), payload: z.object({ callsid: sid, sdp }) }),
  z.object({ type: z.literal("reinvite"), payload: z.object({ callsid: sid, sdp }) }),
  z.object({ type: z.literal("reject"), payload: z.object({ callsid: sid }) }),
  z.object({ type: z.literal("hangup"), payload: z.object({ callsid: sid, message: z.unknown().optional() }) }),
  z.object({ type: z.literal("dtmf"), payload: z.object({ callsid: sid, dtmf: z.string().max(256) }) }),
  z.object({ type: z.literal("message"), payload: z.object({ callsid: sid, voiceeventsid: z.string().max(64) }) }),
]);

export type SdkFrame = z.infer<typeof frame>;
/** A frame that belongs to one call. */
export type CallFrame = Exclude<SdkFrame, { type: "listen" | "register" }>;

/** Reads one frame; null when it is none that the carrier knows. */
export function readSdkFrame(text: string): SdkFrame | null {
  try {
    return frame.parse(JSON.parse(text));
  } catch {
    // Both JSON and shape are the sender's: the caller answers with an error frame and logs it.
    return null;
  }
}

export function writeSdkFrame(type: string, payload: object): string {
  return JSON.stringify({ type, version: PROTOCOL_VERSION, payload });
}
