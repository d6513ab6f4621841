/** What a person chooses; everything else is derived. */
export type ChosenStatus = "available" | "break" | "away" | "offline";

/** A session's status as shown: what the person chose, unless live calls say otherwise. */
export type DerivedStatus = ChosenStatus | "on_call" | "wrap_up";

/** Why the call side, not the person, set a session to away. Kept until the person chooses again. */
export const MISSED_RINGS_REASON = "missed_rings";

/** The states of calls that keep an agent talking, or about to. */
const TALKING: ReadonlySet<string> = new Set(["connecting", "in_conversation"]);

/**
 * Derives a session's status from live rows, so that "busy" can never stick: no flag has to be cleared.
 * `heldCalls` are the states of the queued calls whose slots the agent holds now. A mere offer leaves the status as
 * it was: the agent is still available to the people who look, though not to the next call (its slot is taken).
 */
export function deriveStatus(session: {
  open: boolean;
  chosenStatus: ChosenStatus;
  heldCalls: readonly string[];
}): DerivedStatus {
  if (session.heldCalls.some((state) => TALKING.has(state))) return "on_call";
  if (session.heldCalls.includes("wrap_up")) return "wrap_up";
  return session.open ? session.chosenStatus : "offline";
}

/**
 * Reads a stored status as a choice. on_call and wrap_up are never stored by the product; a row that holds one all
 * the same belongs to somebody who was working, and so was available.
 */
export function chosenStatusOf(stored: string): ChosenStatus {
  switch (stored) {
    case "available":
    case "on_call":
    case "wrap_up":
      return "available";
    case "break":
    case "away":
      return stored;
    default:
      return "offline";
  }
}
