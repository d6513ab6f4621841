import { existsSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import { backoffMs } from "@/modules/twilio-voice/client/backoff";
import { gradeOf, QualityWindow } from "@/modules/twilio-voice/client/call-quality";
import { ChoiceStore } from "@/modules/twilio-voice/client/choice-store";
import { deviceOptions } from "@/modules/twilio-voice/client/device-options";
import { askForMicrophone, lookAtMicrophone } from "@/modules/twilio-voice/client/microphone";
import { redirectedUrl, redirectSignalling } from "@/modules/twilio-voice/client/signal-redirect";
import { explainVoiceError } from "@/modules/twilio-voice/client/voice-errors";
import { renewTokenInMs } from "@/modules/twilio-voice/client/voice-token-clock";
import { keepDraft, readDraft } from "@/modules/twilio-voice/client/wrap-up-draft";

const memory = () => {
  const held = new Map<string, string>();
  return {
    getItem: (key: string) => held.get(key) ?? null,
    setItem: (key: string, value: string) => void held.set(key, value),
    removeItem: (key: string) => void held.delete(key),
  };
};
const blocked = {
  getItem: () => {
    throw new DOMException("blocked", "SecurityError");
  },
  setItem: () => {
    throw new DOMException("full", "QuotaExceededError");
  },
  removeItem: () => undefined,
};

describe("the signalling socket", () => {
  const own = "ws://localhost:4010/signal";
  test.each([
    ["wss://voice-js.roaming.twilio.com/signal", own],
    ["wss://voice-js.ashburn.us1.twilio.com/signal?x=1", own],
    ["wss://voice-js.roaming.twilio.com/signalling", "wss://voice-js.roaming.twilio.com/signalling"],
    ["wss://app.example/api/ws", "wss://app.example/api/ws"],
    ["ws://localhost:3000/_next/hmr", "ws://localhost:3000/_next/hmr"],
  ])("%s -> %s", (url, expected) => {
    expect(redirectedUrl(url, own)).toBe(expected);
  });

  test("installing twice wraps once and follows the newer address", () => {
    class FakeSocket {
      readonly url: string;
      constructor(url: string) {
        this.url = url;
      }
    }
    const target = { WebSocket: FakeSocket as unknown as typeof WebSocket };
    redirectSignalling(target, "ws://localhost:1/signal");
    const wrapped = target.WebSocket;
    redirectSignalling(target, "ws://localhost:2/signal");
    expect(target.WebSocket).toBe(wrapped);
    expect(new target.WebSocket("wss://voice-js.roaming.twilio.com/signal").url).toBe("ws://localhost:2/signal");
  });
});

test("every sound of the phone is a file of our own", () => {
  const paths = Object.values(deviceOptions.sounds ?? {});
  expect(paths).toHaveLength(15);
  for (const path of paths) expect(existsSync(`public${path}`), path).toBe(true);
});

test("backoff doubles, stays below its limit and is never less than half of it", () => {
  const limits = { firstMs: 1_000, mostMs: 10_000 };
  expect([1, 2, 3, 4, 5, 50].map((failures) => backoffMs(failures, limits, () => 1))).toEqual([
    1_000, 2_000, 4_000, 8_000, 10_000, 10_000,
  ]);
  expect(backoffMs(3, limits, () => 0)).toBe(2_000);
});

test("a token is renewed at three quarters of its life, within bounds that hold for a wrong clock", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  expect(renewTokenInMs("2026-01-01T00:40:00Z", now)).toBe(30 * 60_000);
  expect(renewTokenInMs("2025-12-31T00:00:00Z", now)).toBe(30_000);
  expect(renewTokenInMs("2026-01-02T00:00:00Z", now)).toBe(45 * 60_000);
  expect(renewTokenInMs("nonsense", now)).toBe(30_000);
});

describe("errors of the SDK in words", () => {
  test.each([
    [31401, "mic_denied", "none"],
    [31402, "mic_missing", "none"],
    [20101, "token_failed", "new_token"],
    [20104, "token_expired", "new_token"],
    [31205, "token_expired", "new_token"],
    [31005, "signalling_lost", "reconnect"],
    [53001, "signalling_lost", "reconnect"],
  ])("%i", (code, problem, recovery) => {
    expect(explainVoiceError(code)).toMatchObject({ problem, recovery });
  });

  test("an unknown code is named", () => {
    expect(explainVoiceError(12_345).message).toContain("12345");
    expect(explainVoiceError(undefined).message).not.toBe("");
  });
});

describe("quality", () => {
  const sample = { mos: 4.4, rtt: 20, jitter: 2, packetsLostFraction: 0 };
  test("is the mean of the last five seconds, without what was not measured", () => {
    const window = new QualityWindow();
    for (let i = 0; i < 5; i += 1) window.add({ ...sample, rtt: 900 });
    for (let i = 0; i < 4; i += 1) window.add({ ...sample, mos: null });
    expect(window.add({ ...sample, mos: null })).toEqual({ mos: null, rttMs: 20, jitterMs: 2, lossPercent: 0 });
  });

  test.each([
    [null, null],
    [{ mos: null, rttMs: null, jitterMs: null, lossPercent: null }, null],
    [{ mos: 4.4, rttMs: 20, jitterMs: 2, lossPercent: 0 }, "good"],
    [{ mos: 3.4, rttMs: 20, jitterMs: 2, lossPercent: 0 }, "fair"],
    [{ mos: 4.4, rttMs: 20, jitterMs: 2, lossPercent: 6 }, "poor"],
  ])("%j is %s", (quality, grade) => {
    expect(gradeOf(quality)).toBe(grade);
  });
});

describe("the microphone", () => {
  const devices = (kinds: MediaDeviceKind[], stream?: () => Promise<MediaStream>) => ({
    enumerateDevices: () => Promise.resolve(kinds.map((kind) => ({ kind })) as MediaDeviceInfo[]),
    getUserMedia: stream ?? (() => Promise.reject(new DOMException("", "NotFoundError"))),
  });
  const permission = (state: PermissionState) => ({ query: () => Promise.resolve({ state } as PermissionStatus) });

  test.each([
    ["denied", devices(["audioinput"]), permission("denied")],
    ["missing", devices(["audiooutput"]), permission("prompt")],
    ["ask", devices(["audioinput"]), permission("prompt")],
    ["granted", devices(["audioinput"]), permission("granted")],
    ["missing", undefined, undefined],
  ])("is %s when looked at", async (expected, mediaDevices, permissions) => {
    expect(await lookAtMicrophone({ mediaDevices, permissions })).toBe(expected);
  });

  test.each([
    ["NotAllowedError", "denied"],
    ["NotFoundError", "missing"],
    ["NotReadableError", "in_use"],
  ])("%s is %s", async (name, expected) => {
    const mediaDevices = devices(["audioinput"], () => Promise.reject(new DOMException("", name)));
    expect(await askForMicrophone({ mediaDevices, permissions: undefined })).toBe(expected);
  });

  test("is let go of at once after asking", async () => {
    const stop = vi.fn();
    const mediaDevices = devices(["audioinput"], () =>
      Promise.resolve({ getTracks: () => [{ stop }] } as unknown as MediaStream),
    );
    expect(await askForMicrophone({ mediaDevices, permissions: undefined })).toBe("granted");
    expect(stop).toHaveBeenCalledOnce();
  });
});

describe("the choice across reloads", () => {
  const ids = () => {
    let next = 0;
    return () => `id-${++next}`;
  };

  test("is taken up again for ten minutes, by the same client", () => {
    const storage = memory();
    const first = new ChoiceStore("agent-1", storage, ids());
    const client = first.clientId();
    first.remember({ id: "one", status: "break" }, 1_000);
    const second = new ChoiceStore("agent-1", storage, ids());
    expect(second.clientId()).toBe(client);
    expect(second.resumable(2_000)).toEqual({ id: "one", status: "break" });
    expect(second.resumable(1_000 + 10 * 60_000 + 1)).toBeUndefined();
    expect(new ChoiceStore("agent-2", storage, ids()).resumable(2_000)).toBeUndefined();
  });

  test("offline is not taken up", () => {
    const store = new ChoiceStore("agent-1", memory(), ids());
    store.remember({ id: "one", status: "offline" }, 1_000);
    expect(store.resumable(1_001)).toBeUndefined();
  });

  test("blocked or spoilt storage costs only the memory", () => {
    const store = new ChoiceStore("agent-1", blocked, ids());
    expect(store.clientId()).toBe(store.clientId());
    const spoilt = memory();
    spoilt.setItem("evenhand.softphone.agent-1", "{not json");
    expect(new ChoiceStore("agent-1", spoilt, ids()).clientId()).toBe("id-1");
  });
});

describe("the wrap-up draft", () => {
  test("comes back after a reload and goes when it is empty", () => {
    const storage = memory();
    keepDraft(storage, "call-1", { disposition: "", note: "half a sen" });
    expect(readDraft(storage, "call-1")).toEqual({ disposition: "", note: "half a sen" });
    expect(readDraft(storage, "call-2")).toBeUndefined();
    keepDraft(storage, "call-1", { disposition: "", note: "" });
    expect(readDraft(storage, "call-1")).toBeUndefined();
  });

  test("blocked storage is no failure", () => {
    keepDraft(blocked, "call-1", { disposition: "x", note: "y" });
    expect(readDraft(blocked, "call-1")).toBeUndefined();
  });
});
