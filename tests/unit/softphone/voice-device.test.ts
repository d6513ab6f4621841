import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { PhoneEvent } from "@/modules/twilio-voice/client/phone-reducer";
import { reducePhone } from "@/modules/twilio-voice/client/phone-reducer";
import { initialPhoneState, type PhoneState } from "@/modules/twilio-voice/client/phone-state";
import { VoiceDevice } from "@/modules/twilio-voice/client/voice-device";
import { FakeCall, FakeDevice } from "./fake-device";

const TEN_MINUTES = 10 * 60_000;

function setUp(
  options: { onRegister?: (device: FakeDevice) => Promise<void>; fetchToken?: () => Promise<never> } = {},
) {
  const devices: FakeDevice[] = [];
  let state: PhoneState = initialPhoneState;
  let issued = 0;
  const phone = new VoiceDevice({
    fetchToken:
      options.fetchToken ??
      (() => {
        issued += 1;
        const expiresAt = new Date(Date.now() + TEN_MINUTES).toISOString();
        return Promise.resolve({ token: `token-${issued}`, expiresAt, signalUrl: null });
      }),
    createDevice: ({ token }) => {
      const device = new FakeDevice(token, options.onRegister ?? (() => Promise.resolve()));
      devices.push(device);
      return Promise.resolve(device.asSdk());
    },
    emit: (event: PhoneEvent) => {
      state = reducePhone(state, event);
    },
    levels: () => undefined,
    now: () => Date.now(),
    random: () => 1,
  });
  return { phone, devices, state: () => state, device: () => devices.at(-1) as FakeDevice };
}
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("registering", () => {
  test("registers, and goes off when it is no longer wanted", async () => {
    const { phone, state, device } = setUp();
    phone.start();
    expect(state().device).toBe("starting");
    await settle();
    expect(state().device).toBe("registered");
    phone.stop();
    expect(state().device).toBe("off");
    expect(device().destroyed).toBe(true);
  });

  test("a registration that never settles is given up, told and tried again", async () => {
    let works = false;
    const { phone, state, devices } = setUp({
      onRegister: () => (works ? Promise.resolve() : new Promise<void>(() => undefined)),
    });
    phone.start();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(state()).toMatchObject({ device: "failed", deviceProblems: ["registration_failed"] });
    works = true;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(state()).toMatchObject({ device: "registered", deviceProblems: [] });
    expect(devices).toHaveLength(2);
    phone.stop();
  });

  test("a token that is refused is told as such", async () => {
    const { phone, state } = setUp({
      onRegister: (device) => {
        device.emit("error", { code: 20_101 });
        return new Promise<void>(() => undefined);
      },
    });
    phone.start();
    await settle();
    expect(state()).toMatchObject({ device: "failed", deviceProblems: ["token_failed"] });
    phone.stop();
  });

  test("attempts grow apart and stop when the phone is stopped", async () => {
    const fetchToken = vi.fn(() => Promise.reject(new Error("away")));
    const { phone, state } = setUp({ fetchToken });
    phone.start();
    await vi.advanceTimersByTimeAsync(5 * 60_000);
    expect(fetchToken.mock.calls.length).toBeGreaterThan(10);
    expect(fetchToken.mock.calls.length).toBeLessThan(30);
    phone.stop();
    const before = fetchToken.mock.calls.length;
    await vi.advanceTimersByTimeAsync(5 * 60_000);
    expect(fetchToken.mock.calls.length).toBe(before);
    expect(state()).toMatchObject({ device: "off", deviceProblems: [] });
  });

  test("stopped while it was still starting, it does not come up after all", async () => {
    const { phone, state, devices } = setUp();
    phone.start();
    phone.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(state().device).toBe("off");
    expect(devices.every((device) => device.destroyed)).toBe(true);
  });
});

describe("a lost connection", () => {
  test("is the SDK's to mend; the phone says so meanwhile", async () => {
    const { phone, state, device, devices } = setUp();
    phone.start();
    await settle();
    device().loses();
    expect(state()).toMatchObject({ device: "reconnecting", deviceProblems: ["signalling_lost"] });
    device().returns();
    expect(state()).toMatchObject({ device: "registered", deviceProblems: [] });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(devices).toHaveLength(1);
    phone.stop();
  });

  test("that lasts makes a new device, but never in the middle of a call", async () => {
    const { phone, state, device, devices } = setUp();
    phone.start();
    await settle();
    const call = new FakeCall("CA1");
    device().emit("incoming", call);
    phone.accept();
    call.opens();
    device().loses();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(devices).toHaveLength(1);
    expect(state().leg?.phase).toBe("open");
    call.disconnect();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(devices).toHaveLength(2);
    expect(state()).toMatchObject({ device: "registered", leg: null });
    phone.stop();
  });
});

describe("tokens", () => {
  test("are renewed by the clock and when the SDK asks", async () => {
    const { phone, device } = setUp();
    phone.start();
    await settle();
    await vi.advanceTimersByTimeAsync(TEN_MINUTES * 0.75);
    expect(device().tokens).toEqual(["token-1", "token-2"]);
    device().emit("tokenWillExpire");
    await settle();
    expect(device().tokens).toEqual(["token-1", "token-2", "token-3"]);
    phone.stop();
  });

  test("refused over and over are fetched with growing pauses, not in a loop", async () => {
    const { phone, device } = setUp();
    phone.start();
    await settle();
    for (let i = 0; i < 50; i += 1) {
      device().emit("error", { code: 20_104 });
      await settle();
    }
    await vi.advanceTimersByTimeAsync(1_000);
    expect(device().tokens.length).toBeLessThan(4);
    phone.stop();
  });
});

describe("calls", () => {
  test("ring, are accepted and end", async () => {
    const { phone, state, device } = setUp();
    phone.start();
    await settle();
    const call = new FakeCall("CA1", "call-1");
    device().emit("incoming", call);
    expect(state().leg).toMatchObject({ phase: "ringing", callId: "call-1" });
    phone.accept();
    expect(state().leg?.phase).toBe("connecting");
    call.opens();
    phone.mute(true);
    expect(state().leg).toMatchObject({ phase: "open", muted: true });
    call.emit("disconnect");
    expect(state().leg).toBeNull();
    phone.stop();
  });

  test("a caller who hangs up while it rings leaves nothing behind", async () => {
    const { phone, state, device } = setUp();
    phone.start();
    await settle();
    const call = new FakeCall("CA1");
    device().emit("incoming", call);
    call.emit("cancel");
    expect(state().leg).toBeNull();
    expect(() => phone.accept()).toThrow(/no call/);
    phone.stop();
  });

  test("a second invitation is left to ring elsewhere", async () => {
    const { phone, state, device } = setUp();
    phone.start();
    await settle();
    const [first, second] = [new FakeCall("CA1"), new FakeCall("CA2")];
    device().emit("incoming", first);
    device().emit("incoming", second);
    expect(second.did).toEqual(["ignore"]);
    expect(state().leg?.callSid).toBe("CA1");
    phone.stop();
  });

  test("an invitation that comes while this phone dials in is left alone", async () => {
    const { phone, state, device } = setUp();
    phone.start();
    await settle();
    const own = new FakeCall("CA1");
    let connected: (call: FakeCall) => void = () => undefined;
    device().onConnect = () => new Promise((resolve) => (connected = resolve));
    const dialling = phone.dial({ callId: "call-1", offerId: "offer-1", to: "+15550100100" });
    const ring = new FakeCall("CA2", "call-1");
    device().emit("incoming", ring);
    expect(ring.did).toEqual(["ignore"]);
    await expect(phone.dial({ callId: "call-1", offerId: "offer-1", to: "" })).rejects.toThrow(/in a call already/);
    connected(own);
    await dialling;
    expect(state().leg).toMatchObject({ callId: "call-1", phase: "connecting" });
    phone.stop();
  });

  test("an accept that never connects is given up and told", async () => {
    const { phone, state, device } = setUp();
    phone.start();
    await settle();
    const call = new FakeCall("CA1");
    device().emit("incoming", call);
    phone.accept();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(state().leg).toBeNull();
    expect(state().trouble?.message).toMatch(/could not be connected/);
    phone.stop();
  });

  test("a microphone that is refused at the accept is told with what to do", async () => {
    const { phone, state, device } = setUp();
    phone.start();
    await settle();
    const call = new FakeCall("CA1");
    device().emit("incoming", call);
    phone.accept();
    call.state = "closed";
    call.emit("error", { code: 31_401 });
    expect(state()).toMatchObject({ leg: null, microphone: "denied" });
    expect(state().trouble?.remedy).toMatch(/allow the microphone/);
    phone.stop();
  });
});
