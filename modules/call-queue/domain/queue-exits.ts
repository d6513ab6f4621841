import type { AnnouncementKey } from "./announcements/announcement-keys";
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
  /** Of the message. */
  language?: string;
  number: string | null;
}

const MESSAGE: QueueExit = { kind: "message", message: "", number: null, targetQueueId: null };

/** What happens where nothing is configured; undefined: the caller waits on. */
const DEFAULTS: Readonly<Record<ExitOccasion, QueueExit | undefined>> = {
  closed: MESSAGE,
  full: MESSAGE,
  max_wait: MESSAGE,
  nobody: undefined,
  overflow: undefined,
};

export function exitFor(occasion: ExitOccasion, configured: QueueExit | undefined): QueueExit | undefined {
  return configured ?? DEFAULTS[occasion];
}

/** Whether callers leave on this occasion although nothing is configured. */
export const hasDefaultExit = (occasion: ExitOccasion): boolean => DEFAULTS[occasion] !== undefined;

/** The announcement that an exit without a message of its own begins with; an outside number is dialled without one. */
export function wordsOfExit(occasion: ExitOccasion, kind: TakenExit["kind"]): AnnouncementKey | undefined {
  switch (kind) {
    case "message":
      return occasion;
    case "voicemail":
      return "voicemail_prompt";
    case "callback":
      return "callback_instead";
    case "number":
      return undefined;
  }
}

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
