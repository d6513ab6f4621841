import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createDealer,
  type Candidate,
  type Choice,
  type DealSetup,
  type DealtLead,
} from "@/modules/agents/domain/dealer";
import { EXPLORED_SHARE, SCORE_FLOOR, type Strategy } from "@/modules/agents/domain/strategies";
import { agent, countOf, free, poolOf, setupOf, UNCAPPED, widestGap } from "@/tests/support/deal-world";
import { plainDeal } from "@/tests/support/plain-dealer";

const strategies: readonly Strategy[] = ["round_robin", "capacity_based", "performance_weighted", "manual"];
const IDS = ["ada", "ben", "cem", "dua", "eve", "fox"];
const RUNS = 400;

const deal = (setup: DealSetup, leads: readonly DealtLead[]): Choice[] => createDealer(setup).deal(leads);

const candidate = (agentId: string): fc.Arbitrary<Candidate> =>
  fc.record({
    agentId: fc.constant(agentId),
    openLeads: fc.nat(12),
    reserved: fc.oneof(fc.constant(0), fc.nat(4)),
    maxCapacity: fc.oneof(fc.nat(20), fc.constant(UNCAPPED)),
    lastAssignedAt: fc.option(fc.nat(50)),
    score: fc.nat(100),
    quota: fc.nat(8),
    given: fc.nat(3),
  });

/** Any deal: any strategy, agents with and without room, two teams, leads of agents in and out of the deal. */
const anyDeal = fc
  .record({
    strategy: fc.constantFrom(...strategies),
    quotas: fc.boolean(),
    some: fc.subarray(IDS, { minLength: 0 }),
    red: fc.subarray(IDS),
    blue: fc.subarray(IDS),
    turns: fc.array(fc.record({ turns: fc.nat(6), present: fc.boolean() }), { minLength: 6, maxLength: 6 }),
    seed: fc.nat(2 ** 32 - 1),
    leads: fc.array(
      fc.record({
        ownerId: fc.option(fc.constantFrom(...IDS, "stranger")),
        team: fc.option(fc.constantFrom("red", "blue", "none"), { freq: 3 }),
      }),
      { maxLength: 80 },
    ),
  })
  .chain((world) =>
    fc.tuple(...world.some.map((id) => candidate(id))).map((candidates): [DealSetup, DealtLead[]] => {
      const stored = Object.fromEntries(
        IDS.map((id, index) => [id, world.turns[index] ?? { turns: 0, present: false }]),
      );
      const among = (team: string[]) => candidates.filter(({ agentId }) => team.includes(agentId));
      const pools = [
        poolOf("everyone", null, candidates, stored),
        poolOf("team:red", "red", among(world.red), stored),
        poolOf("team:blue", "blue", among(world.blue)),
      ];
      const clean = candidates.map(({ quota, given, ...facts }): Candidate => {
        if (world.strategy !== "manual") return facts;
        return world.quotas ? { ...facts, quota: quota ?? 0 } : { ...facts, given: given ?? 0 };
      });
      const leads = world.leads.map((lead, index) => ({ leadId: `lead-${index}`, ...lead }));
      return [setupOf(world.strategy, clean, { seed: world.seed, pools }), leads];
    }),
  );

describe("a deal", () => {
  it("agrees with the definitions, lead by lead", () => {
    const definite = anyDeal.filter(([setup]) => setup.strategy !== "performance_weighted");
    fc.assert(
      fc.property(definite, ([setup, leads]) => {
        expect(deal(setup, leads).map(({ agentId }) => agentId)).toEqual(plainDeal(setup, leads));
      }),
      { numRuns: 4 * RUNS },
    );
  });

  it("never passes a capacity by what it gives, keeps to teams and splits, and says something about every lead", () => {
    fc.assert(
      fc.property(anyDeal, ([setup, leads]) => {
        const dealer = createDealer(setup);
        const choices = dealer.deal(leads);
        expect(choices.map(({ leadId }) => leadId)).toEqual(leads.map(({ leadId }) => leadId));
        const open = new Map(setup.candidates.map((one) => [one.agentId, one.openLeads]));
        const peak = new Map(open);
        const given = new Map<string, number>();
        for (const [index, choice] of choices.entries()) {
          const { ownerId, team } = leads[index] as DealtLead;
          if (choice.agentId === null) continue;
          const facts = setup.candidates.find(({ agentId }) => agentId === choice.agentId) as Candidate;
          expect(setup.pools.find((pool) => pool.team === team)?.turns).toHaveProperty(choice.agentId);
          expect(choice.openBefore).toBe(open.get(choice.agentId));
          given.set(choice.agentId, (given.get(choice.agentId) ?? 0) + 1);
          expect(given.get(choice.agentId)).toBeLessThanOrEqual(facts.quota ?? Infinity);
          if (choice.agentId === ownerId) continue;
          expect(choice.openAfter).toBe(choice.openBefore + 1);
          expect(choice.openAfter + facts.reserved).toBeLessThanOrEqual(facts.maxCapacity);
          open.set(choice.agentId, choice.openAfter);
          peak.set(choice.agentId, Math.max(choice.openAfter, peak.get(choice.agentId) ?? 0));
          if (ownerId !== null && open.has(ownerId)) open.set(ownerId, (open.get(ownerId) ?? 0) - 1);
        }
        const needed = setup.candidates.map(
          (one) => [one.agentId, (peak.get(one.agentId) ?? 0) - one.openLeads] as const,
        );
        expect(dealer.needed()).toEqual(new Map(needed.filter(([, places]) => places > 0)));
        expect(dealer.given()).toEqual(given);
        expect(new Set(dealer.dealtOrder())).toEqual(new Set(given.keys()));
      }),
      { numRuns: 2 * RUNS },
    );
  });

  it("is the same in pieces as in one, from what was stored as from what was there, and its digest says so", () => {
    fc.assert(
      fc.property(anyDeal, fc.array(fc.nat(20), { maxLength: 10 }), ([setup, leads], cuts) => {
        const whole = createDealer(setup);
        const choices = whole.deal(leads);
        const pieces = createDealer(JSON.parse(JSON.stringify(setup)) as DealSetup);
        const again: Choice[] = [];
        for (const cut of cuts) again.push(...pieces.deal(leads.slice(again.length, again.length + cut)));
        again.push(...pieces.deal(leads.slice(again.length)));
        expect(again).toEqual(choices);
        expect(pieces.digest()).toBe(whole.digest());
        expect(pieces.taken()).toEqual(whole.taken());
        const flipped = createDealer(setup);
        flipped.deal(leads.map((lead, index) => (index === 0 ? { ...lead, leadId: "lead-X" } : lead)));
        if (leads.length > 0) expect(flipped.digest()).not.toBe(whole.digest());
      }),
      { numRuns: RUNS },
    );
  });

  it("leaves a lead over only when nobody who may have it has room", () => {
    fc.assert(
      fc.property(anyDeal, ([setup, all]) => {
        const leads = all.map((lead) => ({ ...lead, ownerId: null, team: null }));
        const left = deal(setup, leads).filter(({ agentId }) => agentId === null).length;
        const places = setup.candidates.reduce((sum, one) => {
          const room = Math.max(0, one.maxCapacity - one.reserved - one.openLeads);
          return sum + Math.min(room, one.quota ?? room);
        }, 0);
        expect(left).toBe(Math.max(0, leads.length - places));
      }),
      { numRuns: RUNS },
    );
  });

  it("says what stopped a lead", () => {
    const lead = free(1);
    expect(deal(setupOf("round_robin", []), lead)).toMatchObject([{ agentId: null, code: "no_agent_available" }]);
    const full = [agent("a", { maxCapacity: 3, openLeads: 2, reserved: 1 })];
    expect(deal(setupOf("round_robin", full), lead)).toMatchObject([{ code: "no_capacity" }]);
    expect(deal(setupOf("round_robin", full), free(1, "red"))).toMatchObject([{ code: "no_agent_available" }]);
    const split = [agent("a", { quota: 1 }), agent("b", { quota: 1 })];
    expect(deal(setupOf("manual", split), free(3)).at(-1)).toMatchObject({ code: "beyond_split" });
    const short = [agent("a", { quota: 1 }), agent("b", { quota: 2, maxCapacity: 1 })];
    expect(deal(setupOf("manual", short), free(3)).at(-1)).toMatchObject({ code: "no_capacity" });
  });

  it("lets a lead stay with a full agent, takes a turn for it, and needs no place for it", () => {
    const full = agent("full", { openLeads: 5, maxCapacity: 5, lastAssignedAt: 1 });
    const setup = setupOf("round_robin", [full, agent("other", { lastAssignedAt: 2 })]);
    const dealer = createDealer(setup);
    const own = { leadId: "own", ownerId: "full", team: null };
    expect(dealer.deal([own, { ...own, leadId: "next" }])).toEqual([
      { leadId: "own", agentId: "full", openBefore: 5, openAfter: 5 },
      { leadId: "next", agentId: "other", openBefore: 0, openAfter: 1 },
    ]);
    expect(dealer.taken()).toEqual({ everyone: { full: 1, other: 1 } });
    expect(dealer.needed()).toEqual(new Map([["other", 1]]));
  });

  // A look at every agent for every lead would take minutes, and the runner's limit is one.
  it("comes to its end with 100,000 leads over 1,000 agents", () => {
    const many = Array.from({ length: 1_000 }, (_, index) =>
      agent(`agent-${index}`, { maxCapacity: 95 + (index % 7), score: index % 100 }),
    );
    for (const strategy of strategies) {
      const dealer = createDealer(setupOf(strategy, many));
      expect([strategy, dealer.deal(free(100_000)).length]).toEqual([strategy, 100_000]);
    }
  });
});

describe("ties", () => {
  it("are broken by who waited longest, then by the seed: never by name, id or the order of the list", () => {
    for (const strategy of strategies) {
      const firsts = Array.from({ length: 600 }, (_, seed) => {
        const some = ["a", "b", "c", "d"].map((id) => agent(id, { maxCapacity: 9 }));
        return deal(setupOf(strategy, some, { seed }), free(1))[0]?.agentId;
      });
      for (const id of ["a", "b", "c", "d"]) {
        // Binomial (600, 1/4): 150 expected, 10.6 the standard deviation; within five of them.
        expect(Math.abs(firsts.filter((first) => first === id).length - 150)).toBeLessThan(54);
      }
    }
    const waited = [
      agent("a", { lastAssignedAt: 9 }),
      agent("b", { lastAssignedAt: 3 }),
      agent("c", { lastAssignedAt: 6 }),
    ];
    for (const strategy of ["round_robin", "manual", "capacity_based"] as const) {
      const choices = deal(setupOf(strategy, waited), free(3));
      expect(choices.map(({ agentId }) => agentId).join("")).toBe("bca");
    }
  });
});

describe("capacity_based", () => {
  const rooms = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 12 });

  it("begins with the most room, and is within one lead of the exact share after every prefix, to the last place", () => {
    fc.assert(
      fc.property(rooms, fc.nat(), (some, seed) => {
        const candidates = some.map((room, index) => agent(`agent-${index}`, { maxCapacity: room + 7, openLeads: 7 }));
        const all = some.reduce((sum, room) => sum + room, 0);
        const choices = deal(setupOf("capacity_based", candidates, { seed }), free(all));
        const most = Math.max(...some);
        expect(some[Number(choices[0]?.agentId?.slice(6))]).toBe(most);
        const given = some.map(() => 0);
        let furthest = 0;
        for (const [index, { agentId }] of choices.entries()) {
          const place = Number(agentId?.slice(6));
          given[place] = (given[place] ?? 0) + 1;
          for (const [one, room] of some.entries()) {
            furthest = Math.max(furthest, Math.abs((given[one] ?? 0) - ((index + 1) * room) / all));
          }
        }
        expect(furthest).toBeLessThan(1);
        expect(given).toEqual(some);
      }),
      { numRuns: RUNS },
    );
  });

  it("counts promised places as taken", () => {
    const some = [agent("a", { maxCapacity: 10, reserved: 8 }), agent("b", { maxCapacity: 10 })];
    const choices = deal(setupOf("capacity_based", some), free(12));
    expect([countOf(choices, "a"), countOf(choices, "b")]).toEqual([2, 10]);
  });

  it("lets performance break ties", () => {
    const some = [
      agent("low", { maxCapacity: 10, score: 40 }),
      agent("high", { maxCapacity: 10, score: 41, lastAssignedAt: 5 }),
    ];
    expect(deal(setupOf("capacity_based", some), free(2)).map(({ agentId }) => agentId)).toEqual(["high", "low"]);
  });
});

describe("performance_weighted", () => {
  it("deals by score with a floor and an explored share, within five standard deviations", () => {
    const leads = 50_000;
    const scores = [95, 80, 63, 55, 40, 35, 20, 11, 5, 0, 70];
    const some = scores.map((score) => agent(`score-${score}`, { score }));
    const choices = deal(setupOf("performance_weighted", some, { seed: 7 }), free(leads));
    const floored = scores.map((score) => Math.max(SCORE_FLOOR, score));
    const sum = floored.reduce((total, score) => total + score, 0);
    for (const [index, score] of floored.entries()) {
      const chance = (1 - EXPLORED_SHARE) * (score / sum) + EXPLORED_SHARE / scores.length;
      const deviation = Math.sqrt(leads * chance * (1 - chance));
      const got = countOf(choices, `score-${scores[index]}`);
      expect(Math.abs(got - leads * chance)).toBeLessThan(5 * deviation);
    }
  });

  it("shares out among those who are left when some are full", () => {
    const some = [agent("a", { score: 90, maxCapacity: 10 }), agent("b", { score: 30 }), agent("c", { score: 30 })];
    const choices = deal(setupOf("performance_weighted", some, { seed: 5 }), free(20_000));
    expect(countOf(choices, "a")).toBe(10);
    // Binomial (19,990, 1/2): five standard deviations are 354.
    expect(Math.abs(countOf(choices, "b") - countOf(choices, "c"))).toBeLessThan(2 * 354);
  });
});

describe("manual", () => {
  it("splits evenly after every prefix, going on from what each had, and lets others go on when one is full", () => {
    const some = [agent("a"), agent("b"), agent("c", { maxCapacity: 2 })];
    const choices = deal(setupOf("manual", some), free(12));
    expect(["a", "b", "c"].map((id) => countOf(choices, id))).toEqual([5, 5, 2]);
    expect(widestGap(choices.slice(0, 6), ["a", "b", "c"])).toBe(1);
    const later = deal(setupOf("manual", [agent("a", { given: 5 }), agent("b", { given: 2 })]), free(3));
    expect([countOf(later, "a"), countOf(later, "b")]).toEqual([0, 3]);
  });

  it("keeps to the split that is given", () => {
    const choices = deal(setupOf("manual", [agent("a", { quota: 3 }), agent("b", { quota: 1 })]), free(6));
    expect([countOf(choices, "a"), countOf(choices, "b")]).toEqual([3, 1]);
  });
});
