/** Every state of a queued call; see the table below for how they follow each other. */
export const QUEUED_CALL_STATES = [
  "waiting",
  "offered",
  "connecting",
  "in_conversation",
  "wrap_up",
  "done",
  "abandoned",
  "short_abandoned",
  "callback_scheduled",
  "voicemail",
  "overflowed",
  "closed",
  "failed",
] as const;

export type QueuedCallState = (typeof QUEUED_CALL_STATES)[number];

/** Ways out of the line before anybody spoke with the caller. */
const exits = ["abandoned", "short_abandoned", "callback_scheduled", "voicemail", "overflowed", "failed"] as const;

const NEXT: Readonly<Record<QueuedCallState, readonly QueuedCallState[]>> = {
  waiting: ["offered", "closed", ...exits],
  // Back to waiting: declined, missed, failed or expired. The place in line is untouched.
  offered: ["waiting", "connecting", ...exits],
  // Back to waiting: the agent's leg was lost before the caller arrived. Wrap-up: a call out that nobody took.
  connecting: ["waiting", "in_conversation", "wrap_up", "abandoned", "short_abandoned", "failed"],
  // Back to waiting: the agent's leg was lost in mid-call; the caller goes to the head of the line.
  in_conversation: ["waiting", "wrap_up"],
  wrap_up: ["done"],
  done: [],
  abandoned: [],
  short_abandoned: [],
  callback_scheduled: [],
  voicemail: [],
  overflowed: [],
  closed: [],
  failed: [],
};

/** A move that the table does not know: a fault in the program, never a person's mistake. */
export class IllegalTransition extends Error {
  constructor(
    readonly from: QueuedCallState,
    readonly to: QueuedCallState,
  ) {
    super(`A queued call cannot go from ${from} to ${to}.`);
    this.name = "IllegalTransition";
  }
}

export function mayMove(from: QueuedCallState, to: QueuedCallState): boolean {
  return NEXT[from].includes(to);
}

/** Throws IllegalTransition unless the table knows the move. */
export function assertMove(from: QueuedCallState, to: QueuedCallState): void {
  if (!mayMove(from, to)) throw new IllegalTransition(from, to);
}

/** Nothing follows a terminal state. */
export function isTerminal(state: QueuedCallState): boolean {
  return NEXT[state].length === 0;
}

/** The caller is on the line: waiting, being brought to an agent, or talking. */
export function hasCaller(state: QueuedCallState): boolean {
  return state === "waiting" || state === "offered" || state === "connecting" || state === "in_conversation";
}

/** An agent's slot is held from the offer to the end of wrap-up. */
export function holdsSlot(state: QueuedCallState): boolean {
  return state === "offered" || state === "connecting" || state === "in_conversation" || state === "wrap_up";
}

/**
 * How a call ends whose caller hung up before a conversation: hang-ups within `shortAbandonSeconds` of arrival are
 * counted apart, since no staffing could have served them.
 */
export function abandonedAs(waitedSeconds: number, shortAbandonSeconds: number): "abandoned" | "short_abandoned" {
  return waitedSeconds < shortAbandonSeconds ? "short_abandoned" : "abandoned";
}
