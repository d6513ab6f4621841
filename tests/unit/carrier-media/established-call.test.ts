import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { WebRtcPeer } from "../../../modules/twilio-simulator/media/web-rtc-peer";
import { EstablishedCall, type CallDirectory } from "../../../modules/twilio-simulator/signalling/established-call";
import type { SdkSocket } from "../../../modules/twilio-simulator/signalling/sdk-socket";

const CALL_SID = `CA${"a".repeat(32)}`;
const SDP = "v=0\r\na=fingerprint:sha-256 AA:BB\r\n";

function fakeSocket() {
  const sent: { type: string; payload: { reconnect?: string } }[] = [];
  const socket = {
    sent,
    hold: vi.fn(),
    release: vi.fn(),
    send: (type: string, payload: object) => sent.push({ type, payload }),
  };
  return socket as typeof socket & SdkSocket;
}

describe("a call whose socket is lost", () => {
  const directory: CallDirectory = new Map();
  const close = vi.fn();
  let socket: ReturnType<typeof fakeSocket>;
  let call: EstablishedCall;
  let hungUp: boolean;

  beforeEach(() => {
    vi.useFakeTimers();
    close.mockClear();
    socket = fakeSocket();
    const peer = { close } as unknown as WebRtcPeer;
    const log = pino({ level: "silent" });
    call = new EstablishedCall({ callSid: CALL_SID, aliases: ["TJ1"], peer, socket, directory, log, remoteSdp: SDP });
    hungUp = false;
    call.hungUp.listen(() => {
      hungUp = true;
    });
    call.announce();
  });
  afterEach(() => {
    call.end("browser");
    vi.useRealTimers();
  });
  const token = (): string | undefined => socket.sent.at(-1)?.payload.reconnect;

  it("is kept for 30 s and then over", () => {
    call.onSocketGone();
    vi.advanceTimersByTime(29_900);
    expect([hungUp, close.mock.calls.length, directory.size]).toEqual([false, 0, 1]);
    vi.advanceTimersByTime(200);
    expect([hungUp, close.mock.calls.length, directory.size]).toEqual([true, 1, 0]);
  });

  it("goes on with a new socket that knows the token, and gives it another", () => {
    const first = token();
    call.onSocketGone();
    const next = fakeSocket();
    call.resume(next, first, SDP);
    vi.advanceTimersByTime(60_000);
    expect(hungUp).toBe(false);
    expect(next.sent).toMatchObject([{ type: "answer", payload: { callsid: CALL_SID } }]);
    expect(next.sent[0]?.payload.reconnect).not.toBe(first);
    call.end("carrier");
    expect(next.sent.at(-1)).toMatchObject({ type: "hangup" });
  });

  it("stays out of reach without the token or with another media connection", () => {
    const right = token();
    call.onSocketGone();
    for (const [guess, sdp] of [["guess", SDP] as const, [right, SDP.replace("AA", "CC")] as const]) {
      const stranger = fakeSocket();
      call.resume(stranger, guess, sdp);
      expect(stranger.sent).toMatchObject([{ type: "hangup", payload: { error: { code: 31_005 } } }]);
    }
    vi.advanceTimersByTime(31_000);
    expect(hungUp).toBe(true);
  });

  it("tells listeners that come late", async () => {
    call.end("browser");
    let told = false;
    call.hungUp.listen(() => {
      told = true;
    });
    await Promise.resolve();
    expect(told).toBe(true);
  });
});
