import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ChoiceStore } from "@/modules/twilio-voice/client/choice-store";
import type { FromWorker, ToWorker } from "@/modules/twilio-voice/client/heartbeat-protocol";
import { Softphone } from "@/modules/twilio-voice/client/softphone";
import { FakeBrowser } from "./fake-browser";
import { FakeCall, FakeDevice } from "./fake-device";
import { presence } from "./samples";

/** One agent's browser: tabs that share locks, channel and storage, and a server that answers beats. */
function browser() {
  const shared = new FakeBrowser();
  const held = new Map<string, string>();
  const storage = {
    getItem: (key: string) => held.get(key) ?? null,
    setItem: (k: string, v: string) => void held.set(k, v),
  };
  let next = 0;
  const newId = () => `id-${++next}`;
  const server = {
    reports: [] as Extract<ToWorker, { kind: "report" }>["report"][],
    chosen: undefined as "away" | undefined,
    superseded: false,
    end: vi.fn((_callId: string) => Promise.resolve()),
    decline: vi.fn((_callId: string) => Promise.resolve()),
    tested: vi.fn((_report: { passed: boolean; problems: string[] }) =>
      Promise.resolve({ findings: [], returned: false }),
    ),
  };
  const tab = () => {
    const devices: FakeDevice[] = [];
    const softphone = new Softphone({
      agentId: "agent-1",
      store: new ChoiceStore("agent-1", storage, newId),
      media: { mediaDevices: undefined, permissions: undefined },
      createWorker: () => {
        const worker = {
          onmessage: null as ((event: MessageEvent) => void) | null,
          onerror: null,
          terminate: () => undefined,
          postMessage: (message: ToWorker) => {
            if (message.kind !== "report") return;
            const { report } = message;
            server.reports.push(report);
            const session = presence({ chosenStatus: server.chosen ?? report.currentStatus });
            const body = { session, nextBeatInMs: 30_000, superseded: server.superseded };
            const answer: FromWorker = { kind: "answer", body, choiceId: report.choiceId };
            queueMicrotask(() => worker.onmessage?.({ data: answer } as MessageEvent));
          },
        };
        return worker;
      },
      fetchToken: () =>
        Promise.resolve({ token: "t", expiresAt: new Date(Date.now() + 600_000).toISOString(), signalUrl: null }),
      createDevice: ({ token }) => {
        const device = new FakeDevice(token, () => Promise.resolve());
        devices.push(device);
        return Promise.resolve(device.asSdk());
      },
      decline: server.decline,
      end: server.end,
      hearMicrophone: () => Promise.resolve(1),
      namesSpeakers: false,
      reportTest: server.tested,
      signInAgain: () => Promise.resolve(false),
      isHidden: () => false,
      hasGesture: () => true,
      wakeSound: () => undefined,
      now: () => Date.now(),
      random: () => 0,
      locks: shared.locks,
      openChannel: () => shared.openChannel(),
      newId,
    });
    softphone.start();
    return { softphone, devices, device: () => devices.at(-1) as FakeDevice, phone: () => softphone.snapshot().phone };
  };
  return { tab, server, newId };
}
const settle = () => vi.advanceTimersByTimeAsync(1);
const available = (id: string) => ({ type: "choose", choice: { id, status: "available" }, takeOver: true }) as const;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("several tabs", () => {
  test("one leads; the other mirrors it and passes commands on", async () => {
    const { tab, server } = browser();
    const [first, second] = [tab(), tab()];
    await settle();
    expect([first.softphone.snapshot().role, second.softphone.snapshot().role]).toEqual(["leader", "mirror"]);
    await second.softphone.run(available("one"));
    await settle();
    expect(second.devices).toHaveLength(0);
    expect(first.phone().device).toBe("registered");
    expect(second.phone()).toEqual(first.phone());
    expect(new Set(server.reports.map((report) => report.clientId)).size).toBe(1);
  });

  test("a ring can be accepted in the mirror", async () => {
    const { tab } = browser();
    const [first, second] = [tab(), tab()];
    await second.softphone.run(available("one"));
    await settle();
    const call = new FakeCall("CA1", "call-1");
    first.device().emit("incoming", call);
    await settle();
    expect(second.phone().leg?.phase).toBe("ringing");
    await second.softphone.run({ type: "accept" });
    expect(call.did).toEqual(["accept"]);
  });

  test("when the leader goes, the next tab leads on, as the same client with the same choice", async () => {
    const { tab, server } = browser();
    const [first, second] = [tab(), tab()];
    await first.softphone.run(available("one"));
    await settle();
    first.softphone.stop();
    await settle();
    expect(second.softphone.snapshot().role).toBe("leader");
    expect(second.phone()).toMatchObject({ device: "registered", choice: { id: "one", status: "available" } });
    expect(new Set(server.reports.map(({ clientId, choiceId }) => `${clientId} ${choiceId}`)).size).toBe(1);
  });

  test("a command that the leader cannot do fails in the mirror, with its words", async () => {
    const { tab } = browser();
    const [first, second] = [tab(), tab()];
    await settle();
    await first.softphone.run(available("one"));
    await Promise.all([expect(second.softphone.run({ type: "accept" })).rejects.toThrow(/no call/), settle()]);
  });
});

describe("with the server", () => {
  test("a status that the server set is shown and never overwritten by repeating the old choice", async () => {
    const { tab, server } = browser();
    const first = tab();
    await first.softphone.run(available("one"));
    await settle();
    server.chosen = "away";
    first.softphone.presenceChanged();
    await vi.advanceTimersByTimeAsync(500);
    expect(first.phone().choice).toEqual({ id: "one", status: "away" });
    first.softphone.presenceChanged();
    await vi.advanceTimersByTimeAsync(500);
    expect(server.reports.at(-1)).toMatchObject({ choiceId: "one", currentStatus: "away" });
  });

  test("a phone that another browser took falls silent", async () => {
    const { tab, server } = browser();
    const first = tab();
    await first.softphone.run(available("one"));
    await settle();
    server.superseded = true;
    first.softphone.presenceChanged();
    await vi.advanceTimersByTimeAsync(500);
    expect(first.phone()).toMatchObject({ superseded: true, device: "off" });
    expect(first.device().destroyed).toBe(true);
    const beats = server.reports.length;
    await vi.advanceTimersByTimeAsync(120_000);
    expect(server.reports).toHaveLength(beats);
  });

  test("End tells the server first, and lets go of the sound only then", async () => {
    const { tab, server } = browser();
    const first = tab();
    await first.softphone.run(available("one"));
    await settle();
    const call = new FakeCall("CA1", "call-1");
    first.device().emit("incoming", call);
    await first.softphone.run({ type: "accept" });
    call.opens();
    server.end.mockImplementation(() => {
      expect(call.did).toEqual(["accept"]);
      return Promise.resolve();
    });
    await first.softphone.run({ type: "end", callId: "call-1" });
    expect(call.did).toEqual(["accept", "disconnect"]);
    expect(first.phone().leg).toBeNull();
  });

  test("End with the server away keeps the call and offers to hang up anyway", async () => {
    const { tab, server } = browser();
    const first = tab();
    await first.softphone.run(available("one"));
    await settle();
    const call = new FakeCall("CA1", "call-1");
    first.device().emit("incoming", call);
    await first.softphone.run({ type: "accept" });
    call.opens();
    server.end.mockRejectedValue(new Error("away"));
    await first.softphone.run({ type: "end", callId: "call-1" });
    expect(first.phone()).toMatchObject({ leg: { phase: "open", ending: false }, trouble: { hangUpAnyway: true } });
    await first.softphone.run({ type: "hang_up_anyway" });
    expect(first.phone()).toMatchObject({ leg: null, trouble: null });
  });

  test("Decline stops the ringing here even when the server cannot be told", async () => {
    const { tab, server } = browser();
    const first = tab();
    await first.softphone.run(available("one"));
    await settle();
    const call = new FakeCall("CA1", "call-1");
    first.device().emit("incoming", call);
    server.decline.mockRejectedValue(new Error("The server did not answer."));
    await expect(first.softphone.run({ type: "decline", callId: "call-1" })).rejects.toThrow(/did not answer/);
    expect(call.did).toEqual(["reject"]);
    expect(first.phone().leg).toBeNull();
  });

  test("a test signs on anew, is told, and what it found goes along with every beat", async () => {
    const { tab, server } = browser();
    const first = tab();
    await expect(first.softphone.run({ type: "test", id: "t0" })).rejects.toThrow(/Choose Available/);
    await first.softphone.run(available("one"));
    await settle();
    await first.softphone.run({ type: "test", id: "t1" });
    await settle();
    expect(first.devices).toHaveLength(2);
    // This browser has no microphone at all: there is nothing to connect.
    expect(server.tested).toHaveBeenCalledExactlyOnceWith({ testId: "t1", passed: false, problems: ["mic_missing"] });
    expect(first.phone().test?.steps.map(({ state }) => state)).toEqual(["failed", "passed", "passed", "skipped"]);
    first.softphone.stop();
    expect(first.devices.every(({ destroyed }) => destroyed)).toBe(true);
  });

  test("a ring ends a test that runs, and nobody is told of it", async () => {
    const { tab, server } = browser();
    const first = tab();
    await first.softphone.run(available("one"));
    await settle();
    void first.softphone.run({ type: "test", id: "t1" });
    first.device().emit("incoming", new FakeCall("CA1", "call-1"));
    await settle();
    expect(first.phone()).toMatchObject({ test: null, leg: { phase: "ringing" } });
    await expect(first.softphone.run({ type: "test", id: "t2" })).rejects.toThrow(/in a call/);
    expect(server.tested).not.toHaveBeenCalled();
  });

  test("a page that is put to sleep says so while it can, and says how it is once awake", async () => {
    const words: Blob[] = [];
    vi.stubGlobal("navigator", { sendBeacon: (_path: string, body: Blob) => words.push(body) });
    const { tab, server } = browser();
    const { softphone } = tab();
    softphone.freeze();
    expect(words).toEqual([]);
    await softphone.run(available("one"));
    await settle();
    softphone.freeze();
    const [last] = await Promise.all(words.map((word) => word.text()));
    expect(JSON.parse(last ?? "")).toMatchObject({
      choiceId: "one",
      currentStatus: "available",
      deviceConnected: false,
      device: { frozen: true, registered: true },
    });
    const before = server.reports.length;
    softphone.surroundingsChanged();
    await settle();
    expect(server.reports.slice(before)).toMatchObject([{ deviceConnected: true, device: { registered: true } }]);
    vi.unstubAllGlobals();
  });

  test("signing out goes offline and waits until the server knows", async () => {
    const { tab, server } = browser();
    const first = tab();
    await first.softphone.run(available("one"));
    await settle();
    await Promise.all([first.softphone.signOff(), settle()]);
    expect(server.reports.at(-1)).toMatchObject({ currentStatus: "offline" });
    expect(first.phone().device).toBe("off");
  });
});
