import { orAborted, pause } from "../../cancellation";
import { playSource } from "../../engine/sounds";
import { absoluteUrl, attributesOf, NEXT, type Execution, type Verb } from "../execution";
import type { TwimlElement } from "../parse";
import { timesToPlay } from "./loop";

/** Half a second a tone, and as long for each "w", as Twilio sends them. */
const TONE_MS = 500;

/** Plays a sound file, or sends tones. */
export const play: Verb = async (run, element) => {
  const attributes = attributesOf(run, element);
  const digits = attributes.text("digits");
  if (digits !== undefined) {
    run.call.hears(`digits: ${digits}`);
    await pause(digits.length * TONE_MS, run.signal);
    return NEXT;
  }
  if (element.text === "") {
    run.carrier.journal.warn(13_420, "Play: Invalid Content (no URL in <Play>)", run.call.sid);
    return NEXT;
  }
  await playClip(run, element, timesToPlay(attributes));
  return NEXT;
};

async function playClip(run: Execution, element: TwimlElement, times: number): Promise<void> {
  const url = absoluteUrl(run, element.text);
  for (let round = 0; round < times && !run.signal.aborted; round += 1) {
    try {
      const source = await orAborted(run.carrier.media.fetchClip(url), run.signal);
      if (source === "stopped") return;
      run.call.hears(`play: ${url}`);
      await playSource(run.carrier, run.call, source, run.signal);
    } catch (error) {
      // Twilio goes on with the next verb when a file cannot be had; trying it 1,000 times would help nobody.
      run.carrier.journal.warn(
        11_200,
        `Play: ${error instanceof Error ? error.message : String(error)}`,
        run.call.sid,
        url,
      );
      return;
    }
  }
}
