import { orAborted } from "../../cancellation";
import { playSource } from "../../engine/sounds";
import { attributesOf, NEXT, type Verb } from "../execution";
import { timesToPlay } from "./loop";

const MOST_CHARACTERS = 4_096;

/** Speaks a text. */
export const say: Verb = async (run, element) => {
  const text = element.text;
  if (text === "") {
    run.carrier.journal.warn(13_520, "Say: Invalid text (no text in <Say>)", run.call.sid);
    return NEXT;
  }
  const attributes = attributesOf(run, element);
  const voice = attributes.text("voice");
  const options = { language: attributes.text("language") ?? "en-US", ...(voice === undefined ? {} : { voice }) };
  for (let round = 0; round < timesToPlay(attributes) && !run.signal.aborted; round += 1) {
    run.call.hears(`say: ${text}`);
    try {
      const source = await orAborted(run.carrier.media.speak(text.slice(0, MOST_CHARACTERS), options), run.signal);
      if (source === "stopped") return NEXT;
      await playSource(run.carrier, run.call, source, run.signal);
    } catch (error) {
      run.carrier.journal.warn(13_520, `Say: ${error instanceof Error ? error.message : String(error)}`, run.call.sid);
      return NEXT;
    }
  }
  return NEXT;
};
