import { describe, expect, it } from "vitest";
import {
  abandonedAs,
  assertMove,
  hasCaller,
  holdsSlot,
  IllegalTransition,
  isTerminal,
  mayMove,
  QUEUED_CALL_STATES,
  type QueuedCallState,
} from "@/modules/call-queue/domain/queued-call-transitions";
import { isFinalStatus, laterStatus, readCarrierStatus } from "@/modules/call-queue/domain/call-status";

/** Written out once more, by what happens: a move more or less in the table is a move more or less here. */
const MOVES: readonly (readonly [what: string, from: QueuedCallState, to: QueuedCallState])[] = [
  ["an agent is found", "waiting", "offered"],
  ["it is out of hours", "waiting", "closed"],
  ["the caller hangs up", "waiting", "abandoned"],
  ["the caller hangs up at once", "waiting", "short_abandoned"],
  ["the caller presses 1", "waiting", "callback_scheduled"],
  ["the wait is over", "waiting", "voicemail"],
  ["another number takes over", "waiting", "overflowed"],
  ["the carrier's queue is broken", "waiting", "failed"],
  ["declined, missed, or failed", "offered", "waiting"],
  ["the agent answers", "offered", "connecting"],
  ["the caller hangs up while it rings", "offered", "abandoned"],
  ["the caller hangs up at once while it rings", "offered", "short_abandoned"],
  ["the caller presses 1 while it rings", "offered", "callback_scheduled"],
  ["the wait is over while it rings", "offered", "voicemail"],
  ["another number takes over while it rings", "offered", "overflowed"],
  ["a call out whose own agent does not come", "offered", "failed"],
  ["the agent's leg is lost before the caller came", "connecting", "waiting"],
  ["both are there", "connecting", "in_conversation"],
  ["a call out that nobody took", "connecting", "wrap_up"],
  ["the caller hangs up on the way", "connecting", "abandoned"],
  ["the caller hangs up at once on the way", "connecting", "short_abandoned"],
  ["a callback that nobody took", "connecting", "failed"],
  ["the agent's leg is lost, or a queue is given the call", "in_conversation", "waiting"],
  ["one of them hangs up", "in_conversation", "wrap_up"],
  ["written down, or its time is over", "wrap_up", "done"],
];

describe("the transition table", () => {
  it("has these terminal states, and nothing follows them", () => {
    const terminal = QUEUED_CALL_STATES.filter(isTerminal);
    expect(terminal).toEqual([
      "done",
      "abandoned",
      "short_abandoned",
      "callback_scheduled",
      "voicemail",
      "overflowed",
      "closed",
      "failed",
    ]);
    for (const from of terminal) for (const to of QUEUED_CALL_STATES) expect(mayMove(from, to)).toBe(false);
  });

  it.each(MOVES)("%s", (_what, from, to) => {
    expect(mayMove(from, to)).toBe(true);
    expect(() => assertMove(from, to)).not.toThrow();
  });

  it(`knows no other move: ${MOVES.length} of 169`, () => {
    const pairs = QUEUED_CALL_STATES.flatMap((from) => QUEUED_CALL_STATES.map((to) => [from, to] as const));
    expect(pairs).toHaveLength(169);
    expect(pairs.filter(([from, to]) => mayMove(from, to))).toHaveLength(MOVES.length);
    for (const [from, to] of pairs.filter(([from, to]) => !mayMove(from, to))) {
      expect(() => assertMove(from, to)).toThrow(IllegalTransition);
    }
  });

  it("throws on an illegal move and names it", () => {
    expect(() => assertMove("waiting", "in_conversation")).toThrow(IllegalTransition);
    expect(() => assertMove("done", "waiting")).toThrow("cannot go from done to waiting");
    expect(() => assertMove("waiting", "offered")).not.toThrow();
  });

  it("lets every live state reach an end", () => {
    const reaches = new Set(QUEUED_CALL_STATES.filter(isTerminal));
    for (let round = 0; round < QUEUED_CALL_STATES.length; round += 1) {
      for (const from of QUEUED_CALL_STATES) {
        if (QUEUED_CALL_STATES.some((to) => mayMove(from, to) && reaches.has(to))) reaches.add(from);
      }
    }
    expect([...reaches].sort()).toEqual([...QUEUED_CALL_STATES].sort());
  });

  it("knows who is on the line and who holds a slot", () => {
    expect(QUEUED_CALL_STATES.filter(hasCaller)).toEqual(["waiting", "offered", "connecting", "in_conversation"]);
    expect(QUEUED_CALL_STATES.filter(holdsSlot)).toEqual(["offered", "connecting", "in_conversation", "wrap_up"]);
  });

  it("counts hang-ups below the threshold apart", () => {
    expect(abandonedAs(4.9, 5)).toBe("short_abandoned");
    expect(abandonedAs(5, 5)).toBe("abandoned");
    expect(abandonedAs(0, 0)).toBe("abandoned");
  });
});

describe("the carrier's states", () => {
  it("only go up, and their end is sticky", () => {
    expect(laterStatus("ringing", "initiated")).toBe("ringing");
    expect(laterStatus("initiated", "in-progress")).toBe("in-progress");
    expect(laterStatus("completed", "in-progress")).toBe("completed");
    expect(laterStatus("busy", "completed")).toBe("busy");
  });

  it("are read strictly", () => {
    expect(readCarrierStatus("in-progress")).toBe("in-progress");
    expect(readCarrierStatus("toString")).toBeUndefined();
    expect(readCarrierStatus(undefined)).toBeUndefined();
    expect((["completed", "busy", "no-answer", "failed", "canceled"] as const).every(isFinalStatus)).toBe(true);
    expect(isFinalStatus("ringing")).toBe(false);
  });
});
