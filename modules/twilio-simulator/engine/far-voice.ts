import { orAborted } from "../cancellation";
import type { Call } from "./call";
import type { Carrier } from "./carrier";

/** Has the scripted far end of a call say something, aloud; over when it has been said, or the call ends. */
export async function speakAs(carrier: Carrier, call: Call, text: string, language: string): Promise<void> {
  // From here on: making the sound may take longer than a listener's patience, and nobody draws breath that long.
  call.speaking += 1;
  call.says(text);
  try {
    const source = await orAborted(carrier.media.speak(text, { language }), call.alive);
    if (source !== "stopped") await call.audio.say(source, call.alive);
  } finally {
    call.speaking -= 1;
  }
}
