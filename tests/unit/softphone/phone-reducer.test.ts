import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { reducePhone, type PhoneEvent } from "@/modules/twilio-voice/client/phone-reducer";
import { initialPhoneState, problemsOf, type PhoneState } from "@/modules/twilio-voice/client/phone-state";
import { presence } from "./samples";

const play = (events: readonly PhoneEvent[], from: PhoneState = initialPhoneState): PhoneState =>
  events.reduce(reducePhone, from);
const ring = (callSid = "CA1"): PhoneEvent => ({
  type: "leg_ringing",
  leg: { callSid, from: "+15550100100", callId: "call-1" },
  atMs: 1_000,
});

describe("presence", () => {
  test("the server's status wins over the chosen one, without becoming a new choice", () => {
    const chosen = play([{ type: "chosen", choice: { id: "one", status: "available" } }]);
    const after = reducePhone(chosen, {
      type: "beat_answered",
      session: presence({ chosenStatus: "away", statusReason: "missed_rings" }),
      superseded: false,
      choiceId: "one",
    });
    expect(after.choice).toEqual({ id: "one", status: "away" });
  });

  test("an answer to an older choice does not undo the newer one", () => {
    const chosen = play([{ type: "chosen", choice: { id: "two", status: "break" } }]);
    const after = reducePhone(chosen, {
      type: "beat_answered",
      session: presence({ chosenStatus: "available" }),
      superseded: false,
      choiceId: "one",
    });
    expect(after.choice).toEqual({ id: "two", status: "break" });
  });

  test("a superseded phone keeps its own choice and says so; choosing again ends that", () => {
    const after = play([
      { type: "chosen", choice: { id: "one", status: "available" } },
      { type: "beat_answered", session: presence({ chosenStatus: "break" }), superseded: true, choiceId: "one" },
    ]);
    expect(after.superseded).toBe(true);
    expect(after.choice.status).toBe("available");
    expect(reducePhone(after, { type: "chosen", choice: { id: "two", status: "available" } }).superseded).toBe(false);
  });

  test("a session that ended in silence is told when the next one opens, until it is read or something is chosen", () => {
    const beaten = (sessionId: string | null, choiceId = "one"): PhoneEvent => ({
      type: "beat_answered",
      session: presence({ sessionId, loginAt: "2026-01-01T00:05:00.000Z" }),
      superseded: false,
      choiceId,
    });
    const on: PhoneEvent = { type: "chosen", choice: { id: "one", status: "available" } };
    const back = play([on, beaten("session-1"), beaten("session-2"), beaten("session-2")]);
    expect(back.lapse).toEqual({ from: "2026-01-01T00:00:00.000Z", until: "2026-01-01T00:05:00.000Z" });
    expect(reducePhone(back, { type: "lapse_seen" }).lapse).toBeNull();
    expect(reducePhone(back, on).lapse).toBeNull();
    // Signed off and on again, the same session, an answer to an older choice: nobody was out against their will.
    expect(play([on, beaten("session-1"), beaten(null), beaten("session-2")]).lapse).toBeNull();
    expect(play([on, beaten("session-1"), beaten("session-1")]).lapse).toBeNull();
    expect(play([on, beaten("session-1"), beaten("session-2", "older")]).lapse).toBeNull();
  });

  test("missed beats are counted and forgotten with the next answer", () => {
    const after = play([{ type: "beat_failed" }, { type: "beat_failed" }]);
    expect(after.missedBeats).toBe(2);
    expect(
      reducePhone(after, { type: "beat_answered", session: presence({}), superseded: false, choiceId: "x" })
        .missedBeats,
    ).toBe(0);
  });
});

describe("the leg", () => {
  test("goes from ringing to open and away", () => {
    const open = play([
      ring(),
      { type: "leg_phase", callSid: "CA1", phase: "connecting", atMs: 2_000 },
      { type: "leg_phase", callSid: "CA1", phase: "open", atMs: 3_000 },
    ]);
    expect(open.leg).toMatchObject({ phase: "open", sinceMs: 3_000 });
    const over = reducePhone(open, { type: "leg_ended", callSid: "CA1", atMs: 9_000 });
    expect(over).toMatchObject({ leg: null, legEndedAtMs: 9_000 });
  });

  test("a late event of a finished leg brings nothing back", () => {
    const over = play([ring(), { type: "leg_ended", callSid: "CA1", atMs: 2_000 }]);
    expect(reducePhone(over, { type: "leg_phase", callSid: "CA1", phase: "open", atMs: 3_000 })).toBe(over);
  });

  test("what another leg still says does not touch the present one", () => {
    const state = play([ring("CA1")]);
    expect(reducePhone(state, { type: "leg_ended", callSid: "CA0", atMs: 2_000 })).toBe(state);
    expect(reducePhone(state, { type: "leg_phase", callSid: "CA0", phase: "open", atMs: 2_000 })).toBe(state);
  });

  test("a wavering connection does not restart the timer", () => {
    const state = play([
      ring(),
      { type: "leg_phase", callSid: "CA1", phase: "open", atMs: 3_000 },
      { type: "leg_phase", callSid: "CA1", phase: "reconnecting", atMs: 9_000 },
      { type: "leg_phase", callSid: "CA1", phase: "open", atMs: 12_000 },
    ]);
    expect(state.leg).toMatchObject({ phase: "open", sinceMs: 3_000 });
  });

  test("a second invitation does not replace the present leg", () => {
    expect(play([ring("CA1"), ring("CA2")]).leg?.callSid).toBe("CA1");
  });

  test("the offer to hang up anyway goes with the call it was about", () => {
    const stuck = play([ring(), { type: "trouble", message: "not reached", remedy: "try again", hangUpAnyway: true }]);
    expect(stuck.trouble?.hangUpAnyway).toBe(true);
    expect(reducePhone(stuck, { type: "leg_ended", callSid: "CA1", atMs: 5 }).trouble).toBeNull();
  });
});

test("problems are the device's and the microphone's, each once", () => {
  const state = play([
    { type: "microphone", microphone: "denied" },
    { type: "problem", code: "signalling_lost", present: true },
    { type: "problem", code: "signalling_lost", present: true },
  ]);
  expect(problemsOf(state)).toEqual(["mic_denied", "signalling_lost"]);
  expect(problemsOf(reducePhone(state, { type: "problem", code: "signalling_lost", present: false }))).toEqual([
    "mic_denied",
  ]);
});

test("whatever happens in whatever order, the end of the present leg leaves no call behind", () => {
  const sid = fc.constantFrom("CA1", "CA2");
  const phase = fc.constantFrom("ringing" as const, "connecting" as const, "open" as const, "reconnecting" as const);
  const event = fc.oneof(
    sid.map((callSid) => ring(callSid)),
    fc.record({ type: fc.constant("leg_phase" as const), callSid: sid, phase, atMs: fc.nat() }),
    fc.record({ type: fc.constant("leg_ended" as const), callSid: sid, atMs: fc.nat() }),
    fc.record({ type: fc.constant("leg_muted" as const), callSid: sid, muted: fc.boolean() }),
    fc.record({ type: fc.constant("leg_ending" as const), callSid: sid, ending: fc.boolean() }),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (events) => {
      const state = play(events);
      if (state.leg === null) return;
      const over = reducePhone(state, { type: "leg_ended", callSid: state.leg.callSid, atMs: 1 });
      expect(over.leg).toBeNull();
    }),
  );
});
