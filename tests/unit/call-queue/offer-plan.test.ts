import { describe, expect, it } from "vitest";
import type { AgentCandidate } from "@/modules/call-queue/domain/agent-choice";
import { levelJoinsAfter, planOffers, type PlanCall, type PlanQueue } from "@/modules/call-queue/domain/offer-plan";

const agent = (agentId: string, facts: Partial<AgentCandidate> = {}): AgentCandidate => ({
  agentId,
  sessionId: `s-${agentId}`,
  idleSeconds: 10,
  lastOfferSeconds: null,
  callsToday: null,
  readinessScore: 100,
  performanceScore: null,
  level: 1,
  heldCalls: 0,
  skills: [],
  ...facts,
});
const call = (entryId: string, facts: Partial<PlanCall> = {}): PlanCall => ({
  entryId,
  callId: `c-${entryId}`,
  queueId: "q",
  waitedSeconds: 5,
  requiredSkills: [],
  preferredAgentId: null,
  preferredIsThere: false,
  earlier: [],
  balanced: true,
  ...facts,
});
const queue = (facts: Partial<PlanQueue> = {}): PlanQueue => ({
  queueId: "q",
  strategy: "longest_idle",
  declineCooldownSeconds: 30,
  requiredSkills: [],
  preferredSkills: [],
  stickyWaitSeconds: 20,
  levelWaitSeconds: 30,
  signedInLevels: [1],
  ...facts,
});

function plan(calls: PlanCall[], agents: AgentCandidate[], settings: PlanQueue = queue()) {
  let id = 0;
  const pool = { discovery: "enhanced" as const, candidates: agents, excluded: [], furtherExcluded: 0 };
  return planOffers(
    calls,
    new Map([["q", settings]]),
    () => pool,
    () => `offer-${(id += 1)}`,
  );
}
const pairs = (offers: ReturnType<typeof plan>) => offers.map(({ entryId, agentId }) => `${entryId}>${agentId}`);

describe("which call goes to whom", () => {
  it("serves calls in their order, each agent once", () => {
    const agents = [agent("a", { idleSeconds: 1 }), agent("b", { idleSeconds: 9 })];
    expect(pairs(plan([call("1"), call("2"), call("3")], agents))).toEqual(["1>b", "2>a"]);
  });

  it("asks only who has every skill the queue and the menu's choice require, and passes over a call nobody can take", () => {
    const agents = [agent("a", { skills: ["sales"] }), agent("b", { skills: ["sales", "es"], idleSeconds: 1 })];
    const settings = queue({ requiredSkills: ["sales"] });
    const offers = plan(
      [call("1", { requiredSkills: ["de"] }), call("2", { requiredSkills: ["es"] }), call("3")],
      agents,
      settings,
    );
    expect(pairs(offers)).toEqual(["2>b", "3>a"]);
    expect(offers[0]?.explanation.excluded).toContainEqual({ agentId: "a", reason: "lacks_skill:es" });
  });

  it("prefers who has more of the preferred skills before the strategy is asked", () => {
    const agents = [agent("a", { idleSeconds: 900 }), agent("b", { skills: ["es"] })];
    const [offer] = plan([call("1")], agents, queue({ preferredSkills: ["es"] }));
    expect(offer).toMatchObject({ agentId: "b", explanation: { why: "longest idle (10 s), knows es of 2 ready" } });
  });

  it("lets a level join after its wait, and at once where nobody of the lower ones is signed in", () => {
    const agents = [agent("second", { level: 2, idleSeconds: 900 }), agent("third", { level: 3, idleSeconds: 950 })];
    const both = queue({ signedInLevels: [1, 2, 3] });
    expect(plan([call("1", { waitedSeconds: 29 })], agents, both)).toEqual([]);
    expect(pairs(plan([call("1", { waitedSeconds: 30 })], agents, both))).toEqual(["1>second"]);
    const alone = queue({ signedInLevels: [2, 3] });
    expect(pairs(plan([call("1", { waitedSeconds: 0 })], agents, alone))).toEqual(["1>second"]);
    expect([1, 2, 3].map((level) => levelJoinsAfter(level, both))).toEqual([0, 30, 60]);
    const explained = plan([call("1", { waitedSeconds: 30 })], agents, both)[0]?.explanation;
    expect(explained?.excluded).toContainEqual({ agentId: "third", reason: "level_3_not_yet" });
  });

  it("brings callers to whom they spoke with last, whatever strategy and level say", () => {
    const agents = [agent("a", { idleSeconds: 900 }), agent("mine", { level: 2 })];
    const mine = call("1", { preferredAgentId: "mine", preferredIsThere: true });
    const [offer] = plan([mine], agents, queue({ signedInLevels: [1, 2] }));
    expect(offer).toMatchObject({
      agentId: "mine",
      explanation: { why: "spoke with this caller last, level 2 of 2 ready" },
    });
  });

  it("keeps a caller for their busy agent as long as the queue says, and holds up nobody behind", () => {
    const mine = (facts: Partial<PlanCall>) =>
      call("1", { preferredAgentId: "mine", preferredIsThere: true, ...facts });
    expect(pairs(plan([mine({ waitedSeconds: 19 }), call("2")], [agent("a")]))).toEqual(["2>a"]);
    expect(pairs(plan([mine({ waitedSeconds: 20 }), call("2")], [agent("a")]))).toEqual(["1>a"]);
    expect(pairs(plan([mine({ preferredIsThere: false })], [agent("a")]))).toEqual(["1>a"]);
    const declined = [{ agentId: "mine", status: "declined", resolvedSeconds: 2 }];
    expect(pairs(plan([mine({ earlier: declined })], [agent("a"), agent("mine")]))).toEqual(["1>a"]);
  });

  it("asks the longest idle where the call came without load balancing; required skills and levels still hold", () => {
    const agents = [
      agent("mine", { skills: ["sales", "es"] }),
      agent("idle", { skills: ["sales"], idleSeconds: 90 }),
      agent("no"),
    ];
    const settings = queue({ strategy: "performance_weighted", requiredSkills: ["sales"], preferredSkills: ["es"] });
    const bare = call("1", { balanced: false, preferredAgentId: "mine", preferredIsThere: true });
    expect(plan([bare], agents, settings)[0]).toMatchObject({
      agentId: "idle",
      explanation: { policy: "longest_idle/3" },
    });
  });

  it("draws by performance in proportion, with the floor and the explored share of leads", () => {
    const agents = [agent("best", { performanceScore: 80 }), agent("worst", { performanceScore: 0 })];
    let best = 0;
    for (let i = 0; i < 4_000; i += 1) {
      const seeded = planOffers(
        [call("1")],
        new Map([["q", queue({ strategy: "performance_weighted" })]]),
        () => ({ discovery: "enhanced", candidates: agents, excluded: [], furtherExcluded: 0 }),
        () => `draw-${i}`,
      );
      if (seeded[0]?.agentId === "best") best += 1;
    }
    // 0.9 * 80 / 100 + 0.1 / 2 = 0.77; four standard deviations are 0.027.
    expect(best / 4_000).toBeGreaterThan(0.743);
    expect(best / 4_000).toBeLessThan(0.797);
  });
});
