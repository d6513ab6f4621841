import type { Attributes } from "../attributes";

/** `loop`: 1 when not given; 0 means until the call ends, which Twilio counts as 1,000 times. */
export function timesToPlay(attributes: Attributes): number {
  const loop = attributes.count("loop", 1, 0, 1_000);
  return loop === 0 ? 1_000 : loop;
}
