import { describe, expect, it } from "vitest";
import type { SeatView } from "@/modules/agents/domain/dealer";
import {
  type DealMoment,
  type SingleDecision,
  singleSentence,
  whyNotSentence,
  whySentence,
} from "@/modules/leads/domain/decision-why";

const seat = (agentId: string, facts: Partial<SeatView> = {}): SeatView => ({
  agentId,
  openLeads: 4,
  reserved: 0,
  maxCapacity: 20,
  score: 50,
  room: 16,
  count: 3,
  able: true,
  quota: null,
  ...facts,
});

const moment = (strategy: string, candidates: SeatView[], facts: Partial<DealMoment> = {}): DealMoment => ({
  strategy,
  pool: "everyone",
  split: false,
  candidates,
  excluded: [],
  chosenId: "Ava",
  name: (agentId) => agentId,
  ...facts,
});

describe("why an agent was dealt a lead", () => {
  it("is one plain sentence for each strategy", () => {
    const three = [seat("Ava", { count: 12 }), seat("Ben", { count: 12 }), seat("Cem", { count: 13 })];
    expect(whySentence(moment("round_robin", three))).toBe(
      "Ava was next in the rotation of everyone: 12 turns, the others 12 to 13, and had waited longest.",
    );
    const full = [seat("Ava", { count: 12 }), seat("Ben", { count: 9, able: false }), seat("Cem", { count: 13 })];
    expect(whySentence(moment("round_robin", full))).toBe(
      "Ava was next in the rotation of everyone: 12 turns, the other 13.",
    );
    expect(whySentence(moment("capacity_based", [seat("Ava", { room: 1, count: 1 }), seat("Ben")]))).toBe(
      "Ava had the first claim by free room among everyone: 1 place free when the deal began and 1 lead dealt on them so far.",
    );
    // 90 % by score with a floor of 20 points (80 : 20), 10 % evenly.
    expect(whySentence(moment("performance_weighted", [seat("Ava", { score: 80 }), seat("Ben", { score: 0 })]))).toBe(
      "The draw among everyone fell on Ava, whose chance was 77 % with a score of 80.",
    );
    expect(whySentence(moment("manual", [seat("Ava", { count: 2 }), seat("Ben")], { split: true }))).toBe(
      "A manager named Ava, who had had 2 leads of their split, the other 3.",
    );
    expect(whySentence(moment("round_robin", [seat("Ava"), seat("Ben", { able: false })]))).toBe(
      "Ava was the only agent of everyone who could be given it.",
    );
  });
});

describe("why not another agent", () => {
  const two = [seat("Ava"), seat("Ben")];

  it("names what stood in the way, or who came first", () => {
    const excluded = [
      { agentId: "Cem", reason: "offline" },
      { agentId: "Ben", reason: "full" },
    ];
    expect(whyNotSentence(moment("round_robin", two, { excluded }), "Cem")).toBe("Cem was left out: offline.");
    // Full as the deal began, with room since: what counts is how Ben stood then.
    expect(whyNotSentence(moment("round_robin", two, { excluded }), "Ben")).toBe(
      "Ben had had as many turns as Ava, 3, and the last of them later.",
    );
    expect(whyNotSentence(moment("round_robin", two), "Dua")).toBe("Dua was not among everyone, to whom it was dealt.");
    expect(whyNotSentence(moment("round_robin", two), "Ava")).toBe("Ava did get it.");
    const promised = [seat("Ava"), seat("Ben", { able: false, openLeads: 15, reserved: 5 })];
    expect(whyNotSentence(moment("round_robin", promised), "Ben")).toBe(
      "Ben had no room: 15 leads open and 5 promised of 20.",
    );
    expect(whyNotSentence(moment("manual", [seat("Ava"), seat("Ben", { quota: 0, able: false })]), "Ben")).toBe(
      "Ben had had all of their split.",
    );
    expect(whyNotSentence(moment("performance_weighted", two), "Ben")).toBe(
      "Ben had a chance of 50 %, and the draw fell on Ava.",
    );
    expect(whyNotSentence(moment("manual", [seat("Ava"), seat("Ben", { count: 5 })]), "Ben")).toBe(
      "Ben had had 5 leads of this request and Ava 3.",
    );
    expect(whyNotSentence(moment("capacity_based", [seat("Ava", { room: 20 }), seat("Ben")]), "Ben")).toBe(
      "Ben had the weaker claim: 16 places free when the deal began and 3 leads dealt on them, Ava 20 and 3.",
    );
  });
});

describe("decisions that no strategy made", () => {
  it("are told in one plain sentence each", () => {
    const single = (facts: Partial<SingleDecision>): string =>
      singleSentence({
        strategy: "manual",
        agent: "Ava",
        previous: null,
        decidedBy: "Maria",
        overrideReason: null,
        explanation: { before: { openLeads: 1, maxCapacity: 5 } },
        ...facts,
      });
    expect(single({})).toBe("Maria chose Ava, who had 1 lead open and a capacity of 5.");
    const away = { overridden: [{ kind: "agent_unavailable", reason: "away" }] };
    expect(single({ explanation: away, overrideReason: "Back soon" })).toBe(
      "Maria chose Ava, although they took no leads just then: “Back soon”.",
    );
    expect(single({ strategy: "undo", agent: null })).toContain("left the lead with nobody again");
    expect(single({ strategy: "undo" })).toContain("gave the lead back to Ava");
    expect(single({ strategy: "return_timer", agent: null, previous: "Ben", decidedBy: null })).toBe(
      "Ben had not worked on it in time, so it went back to the pool.",
    );
    for (const strategy of ["merge", "unmerge", "restore", "something_new"]) {
      expect(single({ strategy })).toMatch(/Ava\.$/);
    }
  });
});
