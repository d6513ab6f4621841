import type { QueuedCallState } from "./queued-call-transitions";

/** When a queue does not serve a caller. `overflow` and `nobody` only where an exit is configured: else they wait on. */
export const EXIT_OCCASIONS = ["closed", "full", "max_wait", "nobody", "overflow"] as const;
export type ExitOccasion = (typeof EXIT_OCCASIONS)[number];

export const EXIT_KINDS = ["message", "voicemail", "callback", "number", "queue"] as const;
export type ExitKind = (typeof EXIT_KINDS)[number];

/** A configured way out. `message` is spoken first; for `queue` it is not spoken: the caller stays in the music. */
export interface QueueExit {
  kind: ExitKind;
  message: string;
  /** E.164, for `number`. */
  number: string | null;
  targetQueueId: string | null;
}

/** The way out that a caller took, kept with their call: what their line is told does not change with the settings. */
export interface TakenExit {
  occasion: ExitOccasion;
  kind: Exclude<ExitKind, "queue">;
  message: string;
  number: string | null;
}

const message = (text: string): QueueExit => ({ kind: "message", message: text, number: null, targetQueueId: null });

/** What happens where nothing is configured; undefined: the caller waits on. */
const DEFAULTS: Readonly<Record<ExitOccasion, QueueExit | undefined>> = {
  closed: message("Thank you for calling. We are closed at the moment. Please call again during our business hours."),
  full: message("We are sorry: too many people are waiting at the moment. Please call again later."),
  max_wait: message("We are sorry that nobody could take your call. Please call again later."),
  nobody: undefined,
  overflow: undefined,
};

export function exitFor(occasion: ExitOccasion, configured: QueueExit | undefined): QueueExit | undefined {
  return configured ?? DEFAULTS[occasion];
}

/** The exits that the house takes by itself, for settings to show. */
export const DEFAULT_MESSAGES: Readonly<Partial<Record<ExitOccasion, string>>> = Object.fromEntries(
  Object.entries(DEFAULTS).flatMap(([occasion, exit]) => (exit ? [[occasion, exit.message]] : [])),
);

/** The state in which a call leaves the line by an exit. */
export function stateAfter({ occasion, kind }: Pick<TakenExit, "occasion" | "kind">): QueuedCallState {
  switch (kind) {
    case "voicemail":
      return "voicemail";
    case "callback":
      return "callback_scheduled";
    case "number":
      return "overflowed";
    case "message":
      return occasion === "closed" ? "closed" : "overflowed";
  }
}
