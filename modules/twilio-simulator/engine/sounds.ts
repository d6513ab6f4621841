import type { AudioSource } from "../contract";
import type { Call } from "./call";
import type { Carrier } from "./carrier";

/** Plays a source to a call to its end, or to the signal's. A source that breaks off is logged, as Twilio does. */
export async function playSource(
  carrier: Carrier,
  call: Call,
  source: AudioSource,
  signal: AbortSignal,
): Promise<"ended" | "stopped"> {
  try {
    return await call.audio.play(source, signal);
  } catch (error) {
    if (signal.aborted) return "stopped";
    carrier.log.error({ err: error, callSid: call.sid }, "the sound broke off");
    return "ended";
  }
}

/** Hold music until the signal ends. */
export async function playMusic(carrier: Carrier, call: Call, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  call.hears("music");
  await playSource(carrier, call, carrier.media.holdMusic(), signal);
}
