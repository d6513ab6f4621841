import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { HeartbeatLoop } from "@/modules/twilio-voice/client/heartbeat-loop";
import type { BeatReport, FromWorker } from "@/modules/twilio-voice/client/heartbeat-protocol";

const report = (part: Partial<BeatReport> = {}): BeatReport => ({
  agentId: "agent-1",
  clientId: "client-1",
  choiceId: "one",
  currentStatus: "available",
  deviceConnected: true,
  device: {},
  ...part,
});

function start(post: (sent: BeatReport) => Promise<{ status: number; body: unknown }>) {
  const sent: BeatReport[] = [];
  const told: FromWorker[] = [];
  const loop = new HeartbeatLoop({
    post: (beat) => {
      sent.push(structuredClone(beat));
      return post(beat);
    },
    tell: (message) => {
      told.push(message);
      if (message.kind === "pulse") page.onPulse();
    },
    random: () => 0,
    now: () => Date.now(),
  });
  const page = { onPulse: () => loop.receive({ kind: "alive", report: report() }) };
  return { loop, sent, told, page };
}
const ok = (nextBeatInMs = 30_000) => Promise.resolve({ status: 200, body: { nextBeatInMs } });
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("beats at once on a change and then every interval the server asks for", async () => {
  const { loop, sent } = start(() => ok(10_000));
  loop.receive({ kind: "report", report: report() });
  expect(sent).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(30_500);
  expect(sent).toHaveLength(4);
  loop.receive({ kind: "stop" });
});

test("a page that does not answer the pulse is not vouched for", async () => {
  const { loop, sent, page } = start(() => ok(10_000));
  loop.receive({ kind: "report", report: report() });
  await settle();
  page.onPulse = () => undefined;
  await vi.advanceTimersByTimeAsync(15_100);
  expect(sent.map((beat) => [beat.deviceConnected, beat.device.frozen])).toEqual([
    [true, undefined],
    [false, true],
  ]);
  await vi.advanceTimersByTimeAsync(15_000);
  expect(sent).toHaveLength(3);
  // It wakes between two beats: that is told at once, with how long it slept.
  loop.receive({ kind: "alive", report: report() });
  await settle();
  expect(sent).toHaveLength(4);
  expect(sent.at(-1)).toMatchObject({ deviceConnected: true, device: { pulseMs: 20_100 } });
  expect(sent.at(-1)?.device.frozen).toBeUndefined();
  // The answers to the other pulses it slept through come as well, and say nothing new.
  loop.receive({ kind: "alive", report: report() });
  expect(sent).toHaveLength(4);
  loop.receive({ kind: "stop" });
});

test("how long the page takes to answer goes along with the beat", async () => {
  const { loop, sent, page } = start(() => ok(10_000));
  loop.receive({ kind: "report", report: report() });
  await settle();
  page.onPulse = () => void setTimeout(() => loop.receive({ kind: "alive", report: report() }), 1_700);
  await vi.advanceTimersByTimeAsync(11_700);
  expect(sent.at(-1)).toMatchObject({ deviceConnected: true, device: { pulseMs: 1_700 } });
  loop.receive({ kind: "stop" });
});

test("what changed during a beat goes out right after it, one at a time", async () => {
  let finish: (() => void) | undefined;
  const { loop, sent } = start(
    () => new Promise((resolve) => (finish = () => resolve({ status: 200, body: { nextBeatInMs: 30_000 } }))),
  );
  loop.receive({ kind: "report", report: report() });
  loop.receive({ kind: "report", report: report({ currentStatus: "break", choiceId: "two" }) });
  loop.receive({ kind: "report", report: report({ currentStatus: "away", choiceId: "three" }) });
  expect(sent).toHaveLength(1);
  finish?.();
  await settle();
  expect(sent.map((beat) => beat.choiceId)).toEqual(["one", "three"]);
  loop.receive({ kind: "stop" });
});

describe("failures", () => {
  test("are told, retried with growing pauses for ever, and forgotten on success", async () => {
    let away = true;
    const { loop, sent, told } = start(() => (away ? Promise.reject(new Error("offline")) : ok()));
    loop.receive({ kind: "report", report: report() });
    await vi.advanceTimersByTimeAsync(60_000);
    const failures = sent.length;
    expect(failures).toBeGreaterThan(8);
    expect(failures).toBeLessThan(25);
    away = false;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(told.at(-1)?.kind).toBe("answer");
    loop.receive({ kind: "stop" });
  });

  test("a 503 counts as one; a 401 is a refusal", async () => {
    const { loop, told } = start((beat) =>
      Promise.resolve({ status: beat.choiceId === "one" ? 503 : 401, body: null }),
    );
    loop.receive({ kind: "report", report: report() });
    await settle();
    loop.receive({ kind: "report", report: report({ choiceId: "two" }) });
    await settle();
    expect(told.map((message) => message.kind)).toEqual(["failed", "refused"]);
    loop.receive({ kind: "stop" });
  });

  test("the network's return is not waited for", async () => {
    let away = true;
    const { loop, sent } = start(() => (away ? Promise.reject(new Error("offline")) : ok()));
    loop.receive({ kind: "report", report: report() });
    await vi.advanceTimersByTimeAsync(20_000);
    const before = sent.length;
    away = false;
    loop.receive({ kind: "retry_now" });
    await settle();
    expect(sent).toHaveLength(before + 1);
    loop.receive({ kind: "stop" });
  });
});

test("the wish to take over stays until a beat with it was answered, and is said once", async () => {
  let away = true;
  const { loop, sent } = start(() => (away ? Promise.reject(new Error("offline")) : ok()));
  loop.receive({ kind: "report", report: report({ takeOver: true }) });
  await settle();
  loop.receive({ kind: "report", report: report() });
  await settle();
  expect(sent.at(-1)?.takeOver).toBe(true);
  away = false;
  loop.receive({ kind: "retry_now" });
  await settle();
  expect(sent.at(-1)?.takeOver).toBe(true);
  loop.receive({ kind: "report", report: report() });
  await settle();
  expect(sent.at(-1)?.takeOver).toBeUndefined();
  loop.receive({ kind: "stop" });
});

test("after a stop nothing is sent, until something is reported again", async () => {
  const { loop, sent } = start(() => ok(1_000));
  loop.receive({ kind: "report", report: report() });
  await settle();
  loop.receive({ kind: "stop" });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sent).toHaveLength(1);
  loop.receive({ kind: "report", report: report() });
  await settle();
  expect(sent).toHaveLength(2);
  loop.receive({ kind: "stop" });
});
