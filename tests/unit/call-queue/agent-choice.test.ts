import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CALL_STRATEGIES } from "@/modules/call-queue/domain/agent-choice-names";
import {
  explainChoice,
  rankAgents,
  readStrategy,
  type AgentCandidate,
  type CallWish,
} from "@/modules/call-queue/domain/agent-choice";

const wish = (seed: string, facts: Partial<CallWish> = {}): CallWish => ({
  seed,
  missed: new Set(),
  preferredAgentId: null,
  preferredSkills: [],
  ...facts,
});
const agent = (agentId: string, facts: Partial<AgentCandidate> = {}): AgentCandidate => ({
  agentId,
  sessionId: `s-${agentId}`,
  idleSeconds: 10,
  lastOfferSeconds: 10,
  callsToday: 0,
  readinessScore: 100,
  performanceScore: null,
  level: 1,
  heldCalls: 0,
  skills: [],
  ...facts,
});
const order = (agents: readonly AgentCandidate[]) => agents.map((one) => one.agentId);

describe("whom a call goes to", () => {
  it("longest_idle: whoever has been free longest", () => {
    const ranked = rankAgents([agent("a"), agent("b", { idleSeconds: 60 })], "longest_idle", wish("seed"));
    expect(order(ranked)).toEqual(["b", "a"]);
  });

  it("round_robin: whoever was asked longest ago, the never asked first", () => {
    const agents = [
      agent("a", { lastOfferSeconds: 5 }),
      agent("b", { lastOfferSeconds: 50 }),
      agent("c", { lastOfferSeconds: null }),
    ];
    expect(order(rankAgents(agents, "round_robin", wish("seed")))).toEqual(["c", "b", "a"]);
  });

  it("least_calls: fewest calls, then longest idle", () => {
    const agents = [
      agent("a", { callsToday: 3 }),
      agent("b", { callsToday: 1 }),
      agent("c", { callsToday: 1, idleSeconds: 99 }),
    ];
    expect(order(rankAgents(agents, "least_calls", wish("seed")))).toEqual(["c", "b", "a"]);
  });

  it("asks those who missed this very call last", () => {
    const agents = [agent("a", { idleSeconds: 999 }), agent("b")];
    expect(order(rankAgents(agents, "longest_idle", wish("seed", { missed: new Set(["a"]) })))).toEqual(["b", "a"]);
  });

  it("rings nobody a second time beside somebody idle, however long both have been free, whatever their levels", () => {
    const agents = [agent("a", { heldCalls: 1, idleSeconds: 999 }), agent("b", { level: 2 })];
    expect(order(rankAgents(agents, "longest_idle", wish("seed")))).toEqual(["b", "a"]);
    expect(order(rankAgents(agents, "longest_idle", wish("seed", { preferredAgentId: "a" })))).toEqual(["a", "b"]);
  });

  it("gives ties to everybody in turn, whatever their names", () => {
    const agents = [agent("a"), agent("b"), agent("c"), agent("d")];
    const first = new Map<string, number>();
    for (let i = 0; i < 2_000; i += 1) {
      const chosen = rankAgents(agents, "longest_idle", wish(`offer-${i}`))[0]?.agentId ?? "";
      first.set(chosen, (first.get(chosen) ?? 0) + 1);
    }
    for (const times of first.values()) expect(times).toBeGreaterThan(400);
    expect(first.size).toBe(4);
  });

  it("is a function of its input alone: any order of candidates ranks the same", () => {
    const candidates = fc.uniqueArray(
      fc.record({
        id: fc.integer({ min: 0, max: 50 }),
        idle: fc.integer({ min: 0, max: 5 }),
        calls: fc.integer({ min: 0, max: 2 }),
      }),
      { selector: (one) => one.id, maxLength: 12 },
    );
    fc.assert(
      fc.property(candidates, fc.constantFrom(...CALL_STRATEGIES), fc.string(), (facts, strategy, seed) => {
        const agents = facts.map(({ id, idle, calls }) => agent(String(id), { idleSeconds: idle, callsToday: calls }));
        expect(rankAgents(agents.toReversed(), strategy, wish(seed))).toEqual(rankAgents(agents, strategy, wish(seed)));
      }),
    );
  });

  it("says how many stand behind those who were looked at", () => {
    const ranked = [agent("a"), agent("b")];
    const told = { ranked, excluded: [], strategy: "longest_idle", wish: wish("seed") } as const;
    const why = explainChoice(agent("a"), { ...told, unread: 500 });
    expect(why).toMatchObject({
      candidateCount: 2,
      unread: 500,
      why: "longest idle (10 s) of 2 ready and 500 behind them",
    });
    expect(explainChoice(agent("a"), told)).not.toHaveProperty("unread");
    const alone = { ...told, ranked: [agent("a")] };
    expect(explainChoice(agent("a"), alone).why).toBe("longest idle (10 s), the only one ready");
  });

  it("explains itself, bounded", () => {
    const ranked = Array.from({ length: 80 }, (_, i) => agent(String(i)));
    const excluded = Array.from({ length: 70 }, (_, i) => ({ agentId: `x${i}`, reason: "on_break" }));
    const explanation = explainChoice(agent("0", { idleSeconds: 42.4 }), {
      ranked,
      excluded,
      strategy: "longest_idle",
      wish: wish("s"),
    });
    expect(explanation).toMatchObject({
      why: "longest idle (42 s) of 80 ready",
      candidateCount: 80,
      excludedCount: 70,
    });
    expect(explanation.candidates).toHaveLength(20);
    expect(explanation.excluded).toHaveLength(20);
  });

  it("reads an unknown strategy as the default", () => {
    expect(readStrategy("least_calls")).toBe("least_calls");
    expect(readStrategy("whatever")).toBe("longest_idle");
  });
});
