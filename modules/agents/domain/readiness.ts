import { type DeviceEvidence, deviceIssues } from "./device-readiness";
import { type ReadinessIssue, ramp } from "./readiness-issue";
import { MISSED_RINGS_REASON, type ChosenStatus } from "./session-status";

/** Which kinds of evidence count; a kind that is switched off neither blocks nor scores. */
export interface ReadinessLayers {
  /** Beats: how old the last one is, and their rhythm. */
  heartbeat: boolean;
  /** The device: what it says of itself and of its network, and what the carrier saw of it. */
  device: boolean;
}

export const ALL_LAYERS: ReadinessLayers = { heartbeat: true, device: true };

/** Everything readiness is judged by. Ages are measured by the database's clock before they come here. */
export interface ReadinessInput extends DeviceEvidence {
  /** The session exists and is not closed. */
  sessionOpen: boolean;
  chosenStatus: ChosenStatus;
  statusReason: string | null;
  /** Seconds since the last beat. */
  beatAgeSeconds: number;
  /** Seconds between two beats. */
  intervalSeconds: number;
  /** Beats that may be missing before the lease has run out. */
  leaseBeats: number;
  /** Calls whose slot the agent holds: offered, connecting, in conversation and in wrap-up together. */
  callsHeld: number;
  /** Those of callsHeld that are in wrap-up. */
  callsInWrapUp: number;
  maxConcurrentCalls: number;
  /** Rings in a row that nobody answered: what the carrier saw, whatever the browser says. */
  missedRings: number;
  /** Beats in a row that came late. */
  lateBeats?: number | undefined;
  layers?: ReadinessLayers | undefined;
}

export interface Readiness {
  score: number;
  ready: boolean;
  issues: ReadinessIssue[];
}

/** Issues that do not block take at most this much together: a ready agent always scores above 50, no other does. */
const MOST_FOR_NUISANCES = 49;
/** Beats come every interval, give or take the jitter; one that is half an interval late is worth a remark. */
const LATE_AFTER_INTERVALS = 1.5;
const MISSED_RING_PENALTY = 15;
const MISSED_RINGS_MOST = 45;

/**
 * Judges whether a call may be offered to an agent now, and what stands in the way or lowers the chances.
 *
 * Every issue has a penalty; blocking ones take 50 points or more each, the others at most 49 together. So
 * `ready` holds exactly when the score is above 50, and a worse input never raises the score. Quality measured on an
 * earlier call never blocks: without calls no better figure could ever come.
 */
export function judgeReadiness(input: ReadinessInput): Readiness {
  const { heartbeat, device } = input.layers ?? ALL_LAYERS;
  const issues = [
    sessionIssue(input),
    ...(heartbeat ? [beatIssue(input), rhythmIssue(input)] : []),
    ...(device ? deviceIssues(input) : []),
    loadIssue(input),
    wrapUpIssue(input),
    missedRingsIssue(input),
  ].filter((issue) => issue !== undefined);
  const blocking = total(issues.filter((issue) => issue.blocking));
  const nuisances = Math.min(MOST_FOR_NUISANCES, total(issues.filter((issue) => !issue.blocking)));
  return {
    score: Math.max(0, Math.round(100 - blocking - nuisances)),
    ready: !issues.some((issue) => issue.blocking),
    issues,
  };
}

const total = (issues: readonly ReadinessIssue[]): number => issues.reduce((sum, issue) => sum + issue.penalty, 0);

function sessionIssue(input: ReadinessInput): ReadinessIssue | undefined {
  if (!input.sessionOpen || input.chosenStatus === "offline") {
    return {
      code: "signed_out",
      message: "The softphone is signed out.",
      remedy: "Open the product and choose Available.",
      penalty: 100,
      blocking: true,
    };
  }
  if (input.chosenStatus === "available") return undefined;
  const byMissedRings = input.statusReason === MISSED_RINGS_REASON;
  return {
    code: byMissedRings ? "away_after_missed_rings" : `on_${input.chosenStatus}`,
    message: byMissedRings
      ? "You were set to away because calls rang and nobody answered."
      : `The status is ${input.chosenStatus}.`,
    remedy: "Choose Available to be offered calls again.",
    penalty: 60,
    blocking: true,
  };
}

function beatIssue(input: ReadinessInput): ReadinessIssue | undefined {
  const age = input.beatAgeSeconds / input.intervalSeconds;
  const remedy = "Look at the softphone's tab: it may be asleep or offline. Waking it is enough.";
  if (age > input.leaseBeats) {
    return {
      code: "lease_expired",
      message: `Nothing was heard from the softphone for ${Math.round(input.beatAgeSeconds)} s.`,
      remedy,
      penalty: 100,
      blocking: true,
    };
  }
  if (age <= LATE_AFTER_INTERVALS) return undefined;
  return {
    code: "beat_late",
    message: `The last sign of life is ${Math.round(input.beatAgeSeconds)} s old.`,
    remedy,
    penalty: ramp(age, LATE_AFTER_INTERVALS, input.leaseBeats, 10, 45),
    blocking: false,
  };
}

/** Three in a row are a pattern: one late beat is a slow network, three are timers that are held back. */
const LATE_BEATS = 3;

function rhythmIssue({ lateBeats = 0 }: ReadinessInput): ReadinessIssue | undefined {
  if (lateBeats < LATE_BEATS) return undefined;
  return {
    code: "beats_held_back",
    message: `The last ${lateBeats} signs of life came late: the browser holds this page back.`,
    remedy: "Keep the softphone's tab in view, and exempt Evenhand from the browser's energy saver.",
    penalty: 30,
    blocking: false,
  };
}

function loadIssue({ callsHeld, maxConcurrentCalls }: ReadinessInput): ReadinessIssue | undefined {
  const full = callsHeld >= maxConcurrentCalls;
  if (callsHeld <= 0 && !full) return undefined;
  return {
    code: full ? "calls_full" : "calls_held",
    message: `Holding ${callsHeld} of at most ${maxConcurrentCalls} ${maxConcurrentCalls === 1 ? "call" : "calls"}.`,
    remedy: full ? "The next call is offered when one of them is over." : "Nothing to do: there is room for another.",
    penalty: full ? 50 : (20 * callsHeld) / maxConcurrentCalls,
    blocking: full,
  };
}

function wrapUpIssue({ callsInWrapUp }: ReadinessInput): ReadinessIssue | undefined {
  if (callsInWrapUp <= 0) return undefined;
  return {
    code: "in_wrap_up",
    message: "The last call is still being wrapped up.",
    remedy: "Save the disposition, or wait for the wrap-up time to end.",
    penalty: 10,
    blocking: false,
  };
}

function missedRingsIssue({ missedRings }: ReadinessInput): ReadinessIssue | undefined {
  if (missedRings <= 0) return undefined;
  return {
    code: "missed_rings",
    message: missedRings === 1 ? "The last ring was not answered." : `The last ${missedRings} rings were not answered.`,
    remedy: "Check that the ringtone can be heard and the tab is awake. Answering a call clears this.",
    penalty: Math.min(MISSED_RINGS_MOST, missedRings * MISSED_RING_PENALTY),
    blocking: false,
  };
}
