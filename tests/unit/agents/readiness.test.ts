import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deviceProblem, knownDeviceProblems } from "@/modules/agents/domain/device-problems";
import type { DeviceFacts } from "@/modules/agents/domain/device-readiness";
import { judgeReadiness, type ReadinessInput } from "@/modules/agents/domain/readiness";

const perfect: ReadinessInput = {
  sessionOpen: true,
  chosenStatus: "available",
  statusReason: null,
  beatAgeSeconds: 0,
  intervalSeconds: 30,
  leaseBeats: 3,
  deviceConnected: true,
  device: { registered: true, visibility: "visible", mos: 4.3, rttMs: 40, jitterMs: 3, lossPercent: 0, problems: [] },
  callsHeld: 0,
  callsInWrapUp: 0,
  maxConcurrentCalls: 1,
  missedRings: 0,
};

const device = (facts: DeviceFacts): Partial<ReadinessInput> => ({ device: { ...perfect.device, ...facts } });
const codes = (input: Partial<ReadinessInput>): string[] =>
  judgeReadiness({ ...perfect, ...input }).issues.map((issue) => issue.code);

describe("judgeReadiness", () => {
  it("gives a perfect softphone 100 and no issue", () => {
    expect(judgeReadiness(perfect)).toEqual({ score: 100, ready: true, issues: [] });
  });

  it("takes what is not known for no fault", () => {
    expect(judgeReadiness({ ...perfect, device: null })).toEqual({ score: 100, ready: true, issues: [] });
    expect(judgeReadiness({ ...perfect, device: { mos: null, rttMs: null } }).score).toBe(100);
  });

  it.each<[string, Partial<ReadinessInput>, string, boolean, number]>([
    ["no session", { sessionOpen: false }, "signed_out", false, 0],
    ["signed out", { chosenStatus: "offline" }, "signed_out", false, 0],
    ["on a break", { chosenStatus: "break" }, "on_break", false, 40],
    ["away", { chosenStatus: "away" }, "on_away", false, 40],
    ["away by RONA", { chosenStatus: "away", statusReason: "missed_rings" }, "away_after_missed_rings", false, 40],
    ["a beat 46 s old", { beatAgeSeconds: 46 }, "beat_late", true, 89],
    ["a beat at the end of its lease", { beatAgeSeconds: 90 }, "beat_late", true, 55],
    ["a lease that ran out", { beatAgeSeconds: 90.1 }, "lease_expired", false, 0],
    ["no device", { deviceConnected: false }, "device_disconnected", false, 30],
    ["a device that is not registered", device({ registered: false }), "device_unregistered", false, 30],
    ["one call of one", { callsHeld: 1 }, "calls_full", false, 50],
    ["one call of two", { callsHeld: 1, maxConcurrentCalls: 2 }, "calls_held", true, 90],
    ["no call allowed at all", { maxConcurrentCalls: 0 }, "calls_full", false, 50],
    ["in wrap-up", { callsHeld: 1, callsInWrapUp: 1, maxConcurrentCalls: 2 }, "in_wrap_up", true, 80],
    ["one missed ring", { missedRings: 1 }, "missed_rings", true, 85],
    ["many missed rings", { missedRings: 9 }, "missed_rings", true, 55],
    ["speech quality 2.0", device({ mos: 2 }), "low_mos", true, 70],
    ["a round trip of 1 s", device({ rttMs: 1_000 }), "high_rtt", true, 80],
    ["jitter of 100 ms", device({ jitterMs: 100 }), "high_jitter", true, 85],
    ["10 % loss", device({ lossPercent: 10 }), "packet_loss", true, 75],
    ["a hidden tab", device({ visibility: "hidden" }), "tab_hidden", true, 95],
    ["no microphone", device({ problems: ["mic_missing"] }), "mic_missing", false, 40],
    ["a refused microphone", device({ problems: ["mic_denied"] }), "mic_denied", false, 40],
    ["an expired token", device({ problems: ["token_expired"] }), "token_expired", false, 40],
    ["silenced sound", device({ problems: ["audio_blocked"] }), "audio_blocked", true, 75],
    ["a code of the future", device({ problems: ["sunspots"] }), "sunspots", true, 95],
  ])("judges %s", (_name, input, code, ready, score) => {
    expect(codes(input)).toContain(code);
    expect(judgeReadiness({ ...perfect, ...input })).toMatchObject({ ready, score });
  });

  it.each([
    ["MOS", { mos: 3.5 }],
    ["round trip", { rttMs: 400 }],
    ["jitter", { jitterMs: 30 }],
    ["loss", { lossPercent: 1 }],
  ])("says nothing of %s at its threshold", (_name, facts) => {
    expect(codes(device(facts))).toEqual([]);
  });

  it("never blocks for quality alone, however bad: no better figure could come without a call", () => {
    const worst = judgeReadiness({ ...perfect, ...device({ mos: 0, rttMs: 9e5, jitterMs: 9e5, lossPercent: 100 }) });
    expect(worst).toMatchObject({ ready: true, score: 51 });
  });

  it("tells in words what is wrong and what to do, for every known problem", () => {
    for (const code of [...knownDeviceProblems, "constructor", "something_new"]) {
      const { message, remedy, penalty } = deviceProblem(code);
      expect(message.length).toBeGreaterThan(15);
      expect(remedy.length).toBeGreaterThan(15);
      expect(penalty).toBeGreaterThan(0);
    }
  });
});

// ── Properties ────────────────────────────────────────────────────────────────────────────────────────────────────

const maybe = <T>(inner: fc.Arbitrary<T>) => fc.option(inner, { nil: null });
const anyDevice: fc.Arbitrary<DeviceFacts> = fc.record(
  {
    registered: fc.boolean(),
    visibility: fc.constantFrom("visible" as const, "hidden" as const),
    mos: maybe(fc.double({ min: 0, max: 5, noNaN: true })),
    rttMs: maybe(fc.double({ min: 0, max: 2_000, noNaN: true })),
    jitterMs: maybe(fc.double({ min: 0, max: 300, noNaN: true })),
    lossPercent: maybe(fc.double({ min: 0, max: 100, noNaN: true })),
    problems: fc.array(fc.constantFrom(...knownDeviceProblems, "other"), { maxLength: 6 }),
  },
  { requiredKeys: [] },
);
const anyInput: fc.Arbitrary<ReadinessInput> = fc
  .record({
    sessionOpen: fc.boolean(),
    chosenStatus: fc.constantFrom("available" as const, "break" as const, "away" as const, "offline" as const),
    statusReason: fc.constantFrom(null, "missed_rings"),
    beatAgeSeconds: fc.double({ min: 0, max: 200, noNaN: true }),
    intervalSeconds: fc.integer({ min: 1, max: 60 }),
    leaseBeats: fc.integer({ min: 2, max: 10 }),
    deviceConnected: fc.boolean(),
    device: maybe(anyDevice),
    callsHeld: fc.integer({ min: 0, max: 4 }),
    callsInWrapUp: fc.integer({ min: 0, max: 2 }),
    maxConcurrentCalls: fc.integer({ min: 0, max: 4 }),
    missedRings: fc.integer({ min: 0, max: 6 }),
  })
  // Mostly good, so that nuisances are not always drowned by something blocking.
  .chain((input) =>
    fc.boolean().map((good) => (good ? { ...input, sessionOpen: true, deviceConnected: true } : input)),
  );

/** Each makes one thing worse (or leaves it), and nothing else. */
const worsenings: ((input: ReadinessInput, by: number) => ReadinessInput)[] = [
  (input) => ({ ...input, sessionOpen: false }),
  (input) => (input.chosenStatus === "available" ? { ...input, chosenStatus: "away" } : input),
  (input) => ({ ...input, chosenStatus: "offline" }),
  (input, by) => ({ ...input, beatAgeSeconds: input.beatAgeSeconds + by }),
  (input) => ({ ...input, deviceConnected: false }),
  (input) => ({ ...input, device: { ...input.device, registered: false } }),
  (input) => ({ ...input, device: { ...input.device, visibility: "hidden" } }),
  (input) => ({ ...input, callsHeld: input.callsHeld + 1 }),
  (input) => ({ ...input, callsInWrapUp: input.callsInWrapUp + 1 }),
  (input) => ({ ...input, maxConcurrentCalls: Math.max(0, input.maxConcurrentCalls - 1) }),
  (input) => ({ ...input, missedRings: input.missedRings + 1 }),
  (input, by) => ({ ...input, device: { ...input.device, mos: Math.max(0, (input.device?.mos ?? 5) - by / 50) } }),
  (input, by) => ({ ...input, device: { ...input.device, rttMs: (input.device?.rttMs ?? 0) + by * 10 } }),
  (input, by) => ({ ...input, device: { ...input.device, jitterMs: (input.device?.jitterMs ?? 0) + by } }),
  (input, by) => ({ ...input, device: { ...input.device, lossPercent: (input.device?.lossPercent ?? 0) + by / 5 } }),
  ...[...knownDeviceProblems, "other"].map((code) => (input: ReadinessInput) => ({
    ...input,
    device: { ...input.device, problems: [...(input.device?.problems ?? []), code] },
  })),
];

describe("judgeReadiness, for any input", () => {
  it("keeps the score between 0 and 100, and ready means a score above 50", () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const { score, ready } = judgeReadiness(input);
        expect(Number.isInteger(score) && score >= 0 && score <= 100).toBe(true);
        expect(ready).toBe(score > 50);
      }),
      { numRuns: 2_000 },
    );
  });

  it("never raises the score, nor readies anyone, when something gets worse", () => {
    fc.assert(
      fc.property(
        anyInput,
        fc.constantFrom(...worsenings),
        fc.double({ min: 0, max: 150, noNaN: true }),
        (input, worsen, by) => {
          const before = judgeReadiness(input);
          const after = judgeReadiness(worsen(input, by));
          expect(after.score).toBeLessThanOrEqual(before.score);
          expect(after.ready && !before.ready).toBe(false);
        },
      ),
      { numRuns: 5_000 },
    );
  });
});

describe("evidence of the carrier and of the beats", () => {
  it.each<[string, Partial<ReadinessInput>, string, boolean]>([
    ["a ring that the device did not hear", { silentRings: 1 }, "device_did_not_ring", false],
    ["one leg that could not be rung", { carrierErrors: 1 }, "carrier_errors", true],
    ["three of them", { carrierErrors: 3 }, "carrier_errors", false],
    ["two late beats", { lateBeats: 2 }, "", true],
    ["three late beats", { lateBeats: 3 }, "beats_held_back", true],
    ["a page that does not react", { deviceConnected: false, ...device({ frozen: true }) }, "tab_frozen", false],
    ["a page that reacts slowly", device({ pulseMs: 2_000 }), "tab_slow", true],
  ])("%s", (_name, input, code, ready) => {
    const readiness = judgeReadiness({ ...perfect, ...input });
    expect(readiness.ready).toBe(ready);
    expect(readiness.issues.map((issue) => issue.code)).toEqual(code === "" ? [] : [code]);
  });

  it("counts for nothing where its layer is off; choosing, load and missed rings always count", () => {
    const worst = {
      beatAgeSeconds: 900,
      lateBeats: 9,
      deviceConnected: false,
      silentRings: 3,
      carrierErrors: 9,
      ...device({ registered: false, mos: 1, visibility: "hidden" as const, pulseMs: 4_000, problems: ["mic_denied"] }),
    };
    const judged = (layers: { heartbeat: boolean; device: boolean }, more: Partial<ReadinessInput> = {}) =>
      judgeReadiness({ ...perfect, ...worst, ...more, layers });
    expect(judged({ heartbeat: false, device: false })).toEqual({ score: 100, ready: true, issues: [] });
    const beats = judged({ heartbeat: true, device: false }).issues.map(({ code }) => code);
    expect(beats).toEqual(["lease_expired", "beats_held_back"]);
    const devices = judged({ heartbeat: false, device: true }).issues.map(({ code }) => code);
    expect(devices).not.toContain("lease_expired");
    expect(devices).toEqual(expect.arrayContaining(["device_disconnected", "device_did_not_ring", "mic_denied"]));
    const always = { callsHeld: 1, missedRings: 1, chosenStatus: "break" as const };
    const rest = judged({ heartbeat: false, device: false }, always).issues.map(({ code }) => code);
    expect(rest).toEqual(["on_break", "calls_full", "missed_rings"]);
  });
});
