/** What a queue does when a machine answers a callback. `ignore`: the carrier is not asked who answers. */
export const ON_MACHINE = ["ignore", "hang_up", "leave_message"] as const;
export type OnMachine = (typeof ON_MACHINE)[number];

/** The same of calls that agents make, who are on the line themselves: `tell` leaves it to them. */
export const OUTBOUND_MACHINE = ["ignore", "tell", "hang_up", "leave_message"] as const;
export type OutboundMachine = (typeof OUTBOUND_MACHINE)[number];

/** Who answered a call out, as far as the carrier can tell. */
export type AnsweredBy = "human" | "machine";

/** How the carrier listens: told at once what answered, or of a machine only at its tone, when it takes a message. */
export type DetectionMode = "at_once" | "at_the_tone";

/** How to listen for what a queue wants; undefined: not at all. */
export function detectionFor(setting: OnMachine | OutboundMachine): DetectionMode | undefined {
  if (setting === "ignore") return undefined;
  return setting === "leave_message" ? "at_the_tone" : "at_once";
}

/** The carrier's word for who answered (Twilio's AnsweredBy); undefined for one that says neither. */
export function readAnsweredBy(word: string | undefined): AnsweredBy | undefined {
  if (word === "human") return "human";
  return word === "fax" || word?.startsWith("machine") ? "machine" : undefined;
}
