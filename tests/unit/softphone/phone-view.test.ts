import { describe, expect, test } from "vitest";
import { initialPhoneState, type PhoneState } from "@/modules/twilio-voice/client/phone-state";
import { viewPhone } from "@/modules/twilio-voice/client/phone-view";
import { currentCall, legOf, NOON, presence } from "./samples";

const ready: PhoneState = {
  ...initialPhoneState,
  choice: { id: "one", status: "available" },
  session: presence({}),
  device: "registered",
};
const none = { calls: [], fetchedAtMs: NOON };
const holding = (...calls: Parameters<typeof currentCall>[0][]) => ({
  calls: calls.map(currentCall),
  fetchedAtMs: NOON,
});

describe("without a call", () => {
  test.each([
    ["ready", ready],
    ["signed_out", { ...ready, choice: { id: "one", status: "offline" as const } }],
    ["break", { ...ready, choice: { id: "one", status: "break" as const } }],
    ["away", { ...ready, choice: { id: "one", status: "away" as const } }],
    ["starting", { ...ready, device: "starting" as const }],
    ["not_ready", { ...ready, device: "failed" as const }],
    ["not_ready", { ...ready, missedBeats: 2 }],
    ["elsewhere", { ...ready, superseded: true }],
    ["signed_out", { ...ready, signedIn: false }],
  ])("%s", (phase, state) => {
    expect(viewPhone(state, none, NOON).phase).toBe(phase);
  });
});

describe("ringing", () => {
  test("an offer shows before the browser rings, and can be accepted only then", () => {
    expect(viewPhone(ready, holding({}), NOON)).toMatchObject({ phase: "ringing", canAccept: false });
    expect(viewPhone({ ...ready, leg: legOf({}) }, holding({}), NOON)).toMatchObject({
      phase: "ringing",
      canAccept: true,
    });
  });

  test("an offer without a ring is accepted by dialling in, where the phone is registered", () => {
    const unrung = holding({ dialIn: true });
    const acceptance = { type: "dial", callId: "call-1", offerId: "offer-1", to: "+15550100100" };
    expect(viewPhone(ready, unrung, NOON)).toMatchObject({ phase: "ringing", canAccept: true, acceptance });
    expect(viewPhone({ ...ready, device: "failed" }, unrung, NOON).canAccept).toBe(false);
    const rung = viewPhone({ ...ready, leg: legOf({}) }, unrung, NOON);
    expect(rung).toMatchObject({ canAccept: true, acceptance: { type: "accept" } });
  });

  test("a ring the server has not told of yet can be accepted", () => {
    const view = viewPhone({ ...ready, leg: legOf({}) }, { calls: [], fetchedAtMs: NOON - 10 }, NOON);
    expect(view).toMatchObject({ phase: "ringing", canAccept: true, call: null });
  });

  test("a ring that the server, asked since, knows nothing of is over", () => {
    const view = viewPhone({ ...ready, leg: legOf({}) }, { calls: [], fetchedAtMs: NOON + 2_000 }, NOON + 2_000);
    expect(view).toMatchObject({ phase: "ready", canAccept: false, leg: null });
  });

  test("a call accepted elsewhere cannot be accepted again", () => {
    const view = viewPhone({ ...ready, leg: legOf({}) }, holding({ state: "in_conversation" }), NOON);
    expect(view.canAccept).toBe(false);
  });

  test("the leg's own call is shown, not another one that is held", () => {
    const view = viewPhone(
      { ...ready, leg: legOf({ callId: "call-2" }) },
      holding({ state: "wrap_up" }, { callId: "call-2" }),
      NOON,
    );
    expect(view).toMatchObject({ phase: "ringing", call: { callId: "call-2" } });
  });
});

describe("in a call", () => {
  const connectedAt = new Date(NOON - 60_000).toISOString();
  test("an open leg is a call, whatever the server has heard of it", () => {
    expect(viewPhone({ ...ready, leg: legOf({ phase: "open" }) }, none, NOON).phase).toBe("in_call");
  });

  test("a leg that is open before its caller is there is still connecting", () => {
    const server = holding({ state: "connecting" });
    expect(viewPhone({ ...ready, leg: legOf({ phase: "open" }) }, server, NOON).phase).toBe("connecting");
  });

  test("a conversation without a leg says that its sound is lost, after a moment of patience", () => {
    const server = holding({ state: "in_conversation", connectedAt });
    expect(viewPhone({ ...ready, legEndedAtMs: NOON - 500 }, server, NOON).soundLost).toBe(false);
    expect(viewPhone({ ...ready, legEndedAtMs: NOON - 9_000 }, server, NOON).soundLost).toBe(true);
    expect(viewPhone(ready, server, NOON)).toMatchObject({ phase: "in_call", soundLost: true });
  });

  test("wrap-up begins when the server says so, even while the leg hangs on", () => {
    const server = holding({ state: "wrap_up" });
    expect(viewPhone({ ...ready, leg: legOf({ phase: "open" }) }, server, NOON).phase).toBe("wrap_up");
  });

  test("nothing sticks: without leg and without call the phone is idle again", () => {
    expect(viewPhone({ ...ready, legEndedAtMs: NOON }, none, NOON + 10_000).phase).toBe("ready");
  });
});
