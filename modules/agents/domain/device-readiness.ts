import { deviceProblem } from "./device-problems";
import { type ReadinessIssue, ramp } from "./readiness-issue";

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

/** What is known of a device: what it says of itself and of its network, and what the carrier saw of it. */
export interface DeviceEvidence {
  deviceConnected: boolean;
  device: DeviceFacts | null;
  /** Rings in a row that the device did not hear although it was registered. */
  silentRings?: number | undefined;
  /** Legs in a row that the carrier could not ring. */
  carrierErrors?: number | undefined;
}

/**
 * What of the device stands in the way of a call, or lowers its chances.
 * The thresholds of MOS (3.5), round trip (400 ms), jitter (30 ms) and loss (1 %) are those of the Voice SDK's warnings.
 */
export function deviceIssues(input: DeviceEvidence): (ReadinessIssue | undefined)[] {
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

function silentRingsIssue({ silentRings = 0 }: DeviceEvidence): ReadinessIssue | undefined {
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

function carrierErrorsIssue({ carrierErrors = 0 }: DeviceEvidence): ReadinessIssue | undefined {
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

function deviceIssue({ deviceConnected, device }: DeviceEvidence): ReadinessIssue | undefined {
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
