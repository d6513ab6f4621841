import { deviceProblem } from "./device-problems";
import { MISSED_RINGS_REASON, type ChosenStatus } from "./session-status";

/** What the softphone last said about its device; null and absent both mean "not known". */
export interface DeviceFacts {
  registered?: boolean | undefined;
  visibility?: "visible" | "hidden" | undefined;
  /** Mean opinion score, 1 (unusable) to 5. */
  mos?: number | null | undefined;
  rttMs?: number | null | undefined;
  jitterMs?: number | null | undefined;
  lossPercent?: number | null | undefined;
  problems?: readonly string[] | undefined;
  /** The page did not answer its own worker: it cannot ring, whatever is registered. */
  frozen?: boolean | undefined;
  /** Milliseconds the page took to answer its worker before the last beat. */
  pulseMs?: number | null | undefined;
}

/** Which kinds of evidence count; a kind that is switched off neither blocks nor scores. */
export interface ReadinessLayers {
  /** Beats: how old the last one is, and their rhythm. */
  heartbeat: boolean;
  /** The device: what it says of itself and of its network, and what the carrier saw of it. */
  device: boolean;
}

export const ALL_LAYERS: ReadinessLayers = { heartbeat: true, device: true };

/** Everything readiness is judged by. Ages are measured by the database's clock before they come here. */
export interface ReadinessInput {
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
  deviceConnected: boolean;
  device: DeviceFacts | null;
  /** Calls whose slot the agent holds: offered, connecting, in conversation and in wrap-up together. */
  callsHeld: number;
  /** Those of callsHeld that are in wrap-up. */
  callsInWrapUp: number;
  maxConcurrentCalls: number;
  /** Rings in a row that nobody answered: what the carrier saw, whatever the browser says. */
  missedRings: number;
  /** Rings in a row that the device did not hear although it was registered. */
  silentRings?: number | undefined;
  /** Legs in a row that the carrier could not ring. */
  carrierErrors?: number | undefined;
  /** Beats in a row that came late. */
  lateBeats?: number | undefined;
  layers?: ReadinessLayers | undefined;
}

export interface ReadinessIssue {
  /** Stable, lower_snake_case. */
  code: string;
  message: string;
  /** What to do about it, in plain words. */
  remedy: string;
  /** Points it takes from 100. */
  penalty: number;
  /** No call is offered while it lasts. */
  blocking: boolean;
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
 * The thresholds of MOS (3.5), round trip (400 ms), jitter (30 ms) and loss (1 %) are those of the Voice SDK's warnings.
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

function deviceIssues(input: ReadinessInput): (ReadinessIssue | undefined)[] {
  const { device } = input;
  return [
    device?.frozen === true ? frozenIssue : deviceIssue(input),
    silentRingsIssue(input),
    carrierErrorsIssue(input),
    ...problemIssues(device),
    ...networkIssues(device),
    pulseIssue(device),
    visibilityIssue(device),
  ];
}

const frozenIssue: ReadinessIssue = {
  code: "tab_frozen",
  message: "The softphone's page does not react, so it cannot ring.",
  remedy: "Bring its tab to the front. If it stays, reload the page.",
  penalty: 70,
  blocking: true,
};

function silentRingsIssue({ silentRings = 0 }: ReadinessInput): ReadinessIssue | undefined {
  if (silentRings <= 0) return undefined;
  return {
    code: "device_did_not_ring",
    message:
      silentRings === 1
        ? "The carrier rang this phone, and it did not ring."
        : `The carrier rang this phone ${silentRings} times, and it did not ring.`,
    remedy: "Reload the page, then test the device in the softphone. A test that passes brings you back.",
    penalty: 60,
    blocking: true,
  };
}

const CARRIER_ERRORS_BLOCK = 3;
const CARRIER_ERROR_PENALTY = 12;

function carrierErrorsIssue({ carrierErrors = 0 }: ReadinessInput): ReadinessIssue | undefined {
  if (carrierErrors <= 0) return undefined;
  const blocking = carrierErrors >= CARRIER_ERRORS_BLOCK;
  return {
    code: "carrier_errors",
    message:
      carrierErrors === 1
        ? "The carrier could not reach this phone for the last call."
        : `The carrier could not reach this phone for the last ${carrierErrors} calls.`,
    remedy: "Test the device in the softphone; if it passes and calls still fail, reload the page.",
    penalty: blocking ? 60 : carrierErrors * CARRIER_ERROR_PENALTY,
    blocking,
  };
}

function deviceIssue({ deviceConnected, device }: ReadinessInput): ReadinessIssue | undefined {
  if (deviceConnected && device?.registered !== false) return undefined;
  return {
    code: deviceConnected ? "device_unregistered" : "device_disconnected",
    message: deviceConnected
      ? "The phone is not registered with the carrier, so it cannot ring."
      : "The phone is not connected, so it cannot ring.",
    remedy: "Turn the phone on in the softphone and wait for the green light; check the internet connection.",
    penalty: 70,
    blocking: true,
  };
}

function problemIssues(device: DeviceFacts | null): ReadinessIssue[] {
  return [...new Set(device?.problems ?? [])].map((code) => ({
    code,
    ...deviceProblem(code),
  }));
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

interface Quality {
  code: string;
  value: (device: DeviceFacts) => number | null | undefined;
  /** The penalty grows from `least` at `from` to `most` at `to` and beyond. */
  from: number;
  to: number;
  least: number;
  most: number;
  message: (value: number) => string;
}

const CABLE = "Use a cable instead of Wi-Fi, and close downloads and video.";

const QUALITIES: readonly Quality[] = [
  {
    code: "low_mos",
    value: (device) => device.mos,
    from: 3.5,
    to: 2,
    least: 5,
    most: 30,
    message: (mos) => `The speech quality is low (MOS ${mos.toFixed(1)} of 5).`,
  },
  {
    code: "high_rtt",
    value: (device) => device.rttMs,
    from: 400,
    to: 1_000,
    least: 5,
    most: 20,
    message: (ms) => `Sound is delayed (round trip ${Math.round(ms)} ms).`,
  },
  {
    code: "high_jitter",
    value: (device) => device.jitterMs,
    from: 30,
    to: 100,
    least: 5,
    most: 15,
    message: (ms) => `The connection is uneven (jitter ${Math.round(ms)} ms).`,
  },
  {
    code: "packet_loss",
    value: (device) => device.lossPercent,
    from: 1,
    to: 10,
    least: 5,
    most: 25,
    message: (percent) => `Parts of the sound are lost (${percent.toFixed(1)} %).`,
  },
];

/** Milliseconds after which a page that answers its worker counts as slow. */
const SLOW_PULSE_MS = 1_500;

function pulseIssue(device: DeviceFacts | null): ReadinessIssue | undefined {
  const pulse = device?.pulseMs;
  if (pulse === undefined || pulse === null || pulse < SLOW_PULSE_MS) return undefined;
  return {
    code: "tab_slow",
    message: `The softphone's page took ${(pulse / 1_000).toFixed(1)} s to react.`,
    remedy: "Close heavy tabs and programs, or reload the page.",
    penalty: ramp(pulse, SLOW_PULSE_MS, 5_000, 10, 35),
    blocking: false,
  };
}

function networkIssues(device: DeviceFacts | null): ReadinessIssue[] {
  if (device === null) return [];
  return QUALITIES.flatMap(({ code, value, from, to, least, most, message }) => {
    const measured = value(device);
    if (measured === null || measured === undefined) return [];
    const worse = from < to ? measured > from : measured < from;
    if (!worse) return [];
    const penalty = ramp(measured, from, to, least, most);
    return [
      {
        code,
        message: message(measured),
        remedy: CABLE,
        penalty,
        blocking: false,
      },
    ];
  });
}

function visibilityIssue(device: DeviceFacts | null): ReadinessIssue | undefined {
  if (device?.visibility !== "hidden") return undefined;
  return {
    code: "tab_hidden",
    message: "The softphone's tab is in the background.",
    remedy: "Calls still ring; allow notifications, or keep the tab in view.",
    penalty: 5,
    blocking: false,
  };
}

/** Linear between two points, level outside them. */
function ramp(value: number, from: number, to: number, least: number, most: number): number {
  const share = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return Math.round((least + share * (most - least)) * 10) / 10;
}
