import { describe, expect, it } from "vitest";
import { Call } from "../../../modules/twilio-simulator/engine/call";
import { isFinal, mayBecome, type CallStatus } from "../../../modules/twilio-simulator/engine/call-states";
import { DialBudget } from "../../../modules/twilio-simulator/engine/dial-budget";
import { SilentLeg } from "../../support/carrier/silent-media";

const STATES: CallStatus[] = [
  "queued",
  "initiated",
  "ringing",
  "in-progress",
  "completed",
  "busy",
  "no-answer",
  "failed",
  "canceled",
];

const newCall = (status: CallStatus, seen: string[] = []) =>
  new Call(
    {
      sid: "CA1",
      direction: "inbound",
      from: "+1",
      to: "+2",
      parentSid: null,
      audio: new SilentLeg("CA1"),
      status,
      statusCallback: null,
    },
    (call) => seen.push(call.status),
  );

describe("call states", () => {
  it("ends are final, everything else can end, and nothing goes back", () => {
    for (const state of STATES) {
      expect(STATES.some((next) => mayBecome(state, next))).toBe(!isFinal(state));
      const earlier = STATES.slice(0, STATES.indexOf(state) + 1).filter((one) => !isFinal(one));
      expect(earlier.filter((one) => mayBecome(state, one))).toEqual([]);
    }
  });

  it("a call refuses an illegal move, ignores one after its end, and ends once", () => {
    const seen: string[] = [];
    const call = newCall("queued", seen);
    expect(() => call.advance("in-progress")).toThrow("cannot go from queued to in-progress");
    call.advance("initiated");
    call.end("busy", "declined");
    call.end("completed", "again");
    expect(call.advance("ringing")).toBe(false);
    expect(seen).toEqual(["initiated", "busy"]);
    expect(call.endReason).toBe("declined");
    expect(call.alive.aborted).toBe(true);
  });

  it("a move that comes before the session begins is not lost", () => {
    const call = newCall("in-progress");
    call.moveTo({ kind: "inline", twiml: "<Response/>" });
    expect(call.beginSession().signal.aborted).toBe(true);
    expect(call.takeMove()).toEqual({ kind: "inline", twiml: "<Response/>" });
    expect(call.beginSession().signal.aborted).toBe(false);
  });
});

describe("DialBudget", () => {
  it("lets a second's worth through at once and spaces the rest", async () => {
    const budget = new DialBudget(10);
    const never = new AbortController().signal;
    for (let n = 0; n < 10; n += 1) {
      expect(budget.waitMs()).toBe(0);
      await budget.take(never);
    }
    expect(budget.waitMs()).toBeGreaterThan(50);
    const started = Date.now();
    await budget.take(never);
    expect(Date.now() - started).toBeGreaterThanOrEqual(60);
  });

  it("at one a second the second call waits a second", async () => {
    const budget = new DialBudget(1);
    await budget.take(new AbortController().signal);
    expect(budget.waitMs()).toBeGreaterThan(950);
  });
});
