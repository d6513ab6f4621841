import { pause } from "../../cancellation";
import { attributesOf, NEXT, type Verb } from "../execution";

/** Waits in silence: length in seconds, 1 when not given. */
export const pauseVerb: Verb = async (run, element) => {
  const seconds = attributesOf(run, element).count("length", 1, 0, 14_400);
  await pause(seconds * 1_000, run.signal);
  return NEXT;
};
