import { MISSED_RINGS_REASON, type ChosenStatus } from "./session-status";

/** The session a beat meets, as far as the decision needs it. */
export interface OpenSession {
  clientId: string;
  choice: string | null;
  status: ChosenStatus;
  deviceConnected: boolean;
  /** The last report said that the page did not react, which is why the device counted as gone. */
  frozen: boolean;
  /** Nothing was heard for longer than the lease, and no sweep has come by yet. */
  stale: boolean;
}

export interface BeatInput {
  deviceConnected: boolean;
  currentStatus: ChosenStatus;
  clientId: string | undefined;
  takeOver: boolean;
  choiceId: string | undefined;
}

/** Stands for the client of sessions whose beats name none; any named client may follow it. */
export const UNNAMED_CLIENT = "unnamed";

/** What identifies a choice: the client's own id, or, without one, the status it says. */
export function choiceOf(input: BeatInput): string {
  return input.choiceId ?? `:${input.currentStatus}`;
}

export type BeatDecision =
  | { kind: "superseded" }
  | { kind: "close" }
  | {
      kind: "change";
      /** Set when the person chose another status with this beat. */
      status: ChosenStatus | undefined;
      /** The person chose with this beat, be it what they had chosen before. */
      chose: boolean;
      /** Another client holds the session from now on. */
      takenOver: boolean;
      deviceChanged: boolean;
      /** The device has signed on with the carrier anew: what was seen of the one before says nothing about it. */
      deviceCame: boolean;
    };

/**
 * Decides what a beat does to the open session it meets.
 *
 * One open session an agent: a beat of another client is superseded, unless it asks to take over or the holder's lease
 * has run out. A beat chooses a status only when its choice is a new one. Repeating "available" after the server has
 * set the session to away (missed rings) changes nothing, however often and late it comes. "offline" always closes.
 */
export function decideBeat(session: OpenSession, input: BeatInput): BeatDecision {
  const foreign = input.clientId !== undefined && input.clientId !== session.clientId;
  if (foreign && session.clientId !== UNNAMED_CLIENT && !input.takeOver && !session.stale)
    return { kind: "superseded" };
  if (input.currentStatus === "offline") return { kind: "close" };
  const chooses = choiceOf(input) !== session.choice;
  return {
    kind: "change",
    status: chooses && input.currentStatus !== session.status ? input.currentStatus : undefined,
    chose: chooses,
    takenOver: foreign && session.clientId !== UNNAMED_CLIENT,
    deviceChanged: input.deviceConnected !== session.deviceConnected,
    // A page that thaws is the same device as before.
    deviceCame: input.deviceConnected && !session.deviceConnected && !session.frozen,
  };
}

/**
 * The status a new session begins with. A beat that repeats the choice of a session which the sweep closed comes back
 * as it was left: set away after missed rings, it stays away until the person chooses again.
 */
export function openingStatus(
  input: BeatInput,
  last:
    | {
        choice: string | null;
        statusReason: string | null;
        logoutReason: string | null;
      }
    | undefined,
): { status: ChosenStatus; statusReason: string | null } {
  const repeats = last?.logoutReason === "lease_expired" && last.choice === choiceOf(input);
  if (repeats && last.statusReason === MISSED_RINGS_REASON) {
    return { status: "away", statusReason: MISSED_RINGS_REASON };
  }
  return { status: input.currentStatus, statusReason: null };
}
