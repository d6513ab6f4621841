import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  lastingProblems,
  runDeviceTest,
  type DeviceTest,
  type TestReport,
} from "@/modules/twilio-voice/client/device-test";
import { testStepsOf } from "@/modules/twilio-voice/client/device-test-steps";
import type { ProblemCode } from "@/modules/twilio-voice/client/phone-problems";
import { FakeCall, FakeDevice } from "./fake-device";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const sample = (packets: number) => ({
  mos: 4.2,
  rtt: 40,
  jitter: 3,
  packetsLostFraction: 0,
  totals: { packetsReceived: packets },
});

interface Wrong {
  microphone?: string;
  peak?: number | null;
  kinds?: string[];
  registration?: ProblemCode;
  token?: true;
  /** Packets that come back from the carrier; undefined: the call is never answered. */
  packets?: number | undefined;
  server?: true;
}

/** A browser whose parts work but for what is said to be wrong. */
function bench(wrong: Wrong = {}) {
  const stopped = vi.fn();
  const stream = { getTracks: () => [{ stop: stopped }] } as unknown as MediaStream;
  const shown: DeviceTest[] = [];
  const reports: TestReport[] = [];
  const measured = vi.fn();
  const device = new FakeDevice("t", () => Promise.resolve());
  const aborter = new AbortController();
  device.onConnect = () => {
    const call = new FakeCall("CA1");
    if ("packets" in wrong && wrong.packets === undefined) return Promise.resolve(call);
    setTimeout(() => call.opens(), 500);
    for (let second = 1; second <= 5; second += 1) {
      setTimeout(() => call.emit("sample", sample(wrong.packets ?? 50)), 500 + second * 1_000);
    }
    return Promise.resolve(call);
  };
  const steps = testStepsOf(
    {
      media: {
        mediaDevices: {
          getUserMedia: () =>
            wrong.microphone === undefined
              ? Promise.resolve(stream)
              : Promise.reject(new DOMException("no", wrong.microphone)),
          enumerateDevices: () =>
            Promise.resolve(
              (wrong.kinds ?? ["audioinput", "audiooutput"]).map((kind) => ({ kind }) as MediaDeviceInfo),
            ),
        },
        permissions: undefined,
      },
      hearMicrophone: () => Promise.resolve(wrong.peak === undefined ? 0.3 : wrong.peak),
      namesSpeakers: true,
      fetchToken: () =>
        wrong.token
          ? Promise.reject(new Error("503"))
          : Promise.resolve({ token: "t", expiresAt: "", signalUrl: null }),
      createDevice: () => Promise.resolve(device.asSdk()),
    },
    { signOnAnew: () => Promise.resolve(wrong.registration ?? null) },
    aborter.signal,
  );
  const report = (told: TestReport) => {
    reports.push(told);
    return wrong.server
      ? Promise.reject(new Error("away"))
      : Promise.resolve({ findings: [{ code: "x", message: "m", remedy: "r" }], returned: true });
  };
  const ports = { steps, report, measured, show: (state: DeviceTest) => void shown.push(state) };
  return {
    device,
    shown,
    reports,
    measured,
    stopped,
    aborter,
    async run() {
      const over = runDeviceTest("t1", ports, aborter.signal);
      await vi.advanceTimersByTimeAsync(60_000);
      await over;
      return shown.at(-1);
    },
  };
}

describe("a test of the phone", () => {
  test("that finds nothing passes, is told once, and leaves microphone and device behind", async () => {
    const all = bench();
    const last = await all.run();
    expect(last).toMatchObject({ outcome: "passed", returned: true, findings: [{ code: "x" }] });
    expect(last?.steps.map(({ state }) => state)).toEqual(["passed", "passed", "passed", "passed"]);
    expect(all.reports).toEqual([{ testId: "t1", passed: true, problems: [] }]);
    expect(all.device.dialled).toEqual({ deviceTest: "1" });
    expect(all.device.destroyed).toBe(true);
    expect(all.stopped).toHaveBeenCalled();
    expect(all.measured).toHaveBeenCalledWith({ mos: 4.2, rttMs: 40, jitterMs: 3, lossPercent: 0 });
    // Each step was seen running before it was judged.
    const running = all.shown.flatMap(({ steps }) => steps.filter(({ state }) => state === "running"));
    expect([...new Set(running.map(({ name }) => name))]).toEqual([
      "microphone",
      "speaker",
      "registration",
      "connection",
    ]);
  });

  test.each<[string, Wrong, boolean, ProblemCode[], string]>([
    [
      "the microphone is refused",
      { microphone: "NotAllowedError" },
      false,
      ["mic_denied"],
      "failed passed passed skipped",
    ],
    [
      "another program has it",
      { microphone: "NotReadableError" },
      false,
      ["mic_in_use"],
      "failed passed passed skipped",
    ],
    ["it is there and silent", { peak: 0 }, true, ["mic_silent"], "noticed passed passed passed"],
    ["nobody can say whether it is silent", { peak: null }, true, [], "passed passed passed passed"],
    ["there is no loudspeaker", { kinds: ["audioinput"] }, true, ["speaker_missing"], "passed noticed passed passed"],
    [
      "the carrier does not take the phone",
      { registration: "registration_failed" },
      false,
      ["registration_failed"],
      "passed passed failed skipped",
    ],
    ["there is no access", { token: true }, false, ["token_failed"], "passed passed passed failed"],
    ["no sound comes back", { packets: 0 }, false, ["preflight_failed"], "passed passed passed failed"],
    ["nobody answers", { packets: undefined }, false, ["preflight_failed"], "passed passed passed failed"],
  ])("%s", async (_name, wrong, passed, problems, states) => {
    const all = bench(wrong);
    const last = await all.run();
    expect(all.reports).toEqual([{ testId: "t1", passed, problems }]);
    expect(last?.steps.map(({ state }) => state).join(" ")).toBe(states);
    expect(last?.outcome).toBe(passed ? "passed" : "failed");
  });

  test("that the server was not told of says so", async () => {
    expect(await bench({ server: true }).run()).toMatchObject({ outcome: "untold", returned: false });
  });

  test("that was aborted shows and tells nothing more", async () => {
    const all = bench();
    const over = all.run();
    all.aborter.abort();
    await over;
    expect(all.reports).toEqual([]);
    expect(all.shown.every(({ outcome }) => outcome === "running")).toBe(true);
  });

  test("leaves behind what nothing else watches", async () => {
    expect(lastingProblems(null)).toEqual([]);
    expect(lastingProblems((await bench({ peak: 0, packets: 0 }).run()) ?? null)).toEqual([
      "mic_silent",
      "preflight_failed",
    ]);
    expect(lastingProblems((await bench({ microphone: "NotAllowedError" }).run()) ?? null)).toEqual([]);
  });
});
