import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deal, type Candidate, type Choice, type DealtLead, type Strategy } from "@/modules/agents/domain/strategies";

const strategies: readonly Strategy[] = ["round_robin", "capacity_based", "performance_weighted", "manual"];
const UNCAPPED = 1_000_000;

const agent = (agentId: string, facts: Partial<Candidate> = {}): Candidate => ({
  agentId,
  openLeads: 0,
  maxCapacity: UNCAPPED,
  lastAssignedAt: null,
  score: 50,
  ...facts,
});

const free = (count: number): DealtLead[] =>
  Array.from({ length: count }, (_, index) => ({ leadId: `lead-${index}`, ownerId: null }));

const countOf = (choices: readonly Choice[], agentId: string): number =>
  choices.filter((choice) => choice.agentId === agentId).length;

/** The largest difference between two agents' counts after any prefix. */
function widestGap(choices: readonly Choice[], agentIds: readonly string[]): number {
  const counts = new Map(agentIds.map((agentId) => [agentId, 0]));
  let widest = 0;
  for (const { agentId } of choices) {
    if (agentId !== null) counts.set(agentId, (counts.get(agentId) ?? 0) + 1);
    widest = Math.max(widest, Math.max(...counts.values()) - Math.min(...counts.values()));
  }
  return widest;
}

const candidatesArbitrary = fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: 8 }).chain((ids) =>
  fc.tuple(
    ...ids.map((agentId) =>
      fc.record({
        agentId: fc.constant(agentId),
        openLeads: fc.nat(20),
        maxCapacity: fc.nat(20),
        lastAssignedAt: fc.option(fc.nat(1_000)),
        score: fc.nat(100),
      }),
    ),
  ),
);

const inputArbitrary = candidatesArbitrary.chain((candidates) =>
  fc.record({
    strategy: fc.constantFrom(...strategies),
    candidates: fc.constant(candidates as Candidate[]),
    leads: fc
      .array(fc.option(fc.constantFrom(...candidates.map(({ agentId }) => agentId))), { maxLength: 60 })
      .map((owners) => owners.map((ownerId, index) => ({ leadId: `lead-${index}`, ownerId }))),
    seed: fc.nat(2 ** 32 - 1),
  }),
);

describe("deal", () => {
  it("never passes a capacity by what it gives, says something about every lead, and repeats itself exactly", () => {
    fc.assert(
      fc.property(inputArbitrary, (input) => {
        const { choices } = deal(input);
        expect(choices.map(({ leadId }) => leadId)).toEqual(input.leads.map(({ leadId }) => leadId));
        const open = new Map(input.candidates.map(({ agentId, openLeads }) => [agentId, openLeads]));
        for (const [index, choice] of choices.entries()) {
          const owner = input.leads[index]?.ownerId ?? null;
          if (choice.agentId === null || choice.agentId === owner) continue;
          const after = (open.get(choice.agentId) ?? 0) + 1;
          open.set(choice.agentId, after);
          if (owner !== null) open.set(owner, (open.get(owner) ?? 0) - 1);
          const max = input.candidates.find(({ agentId }) => agentId === choice.agentId)?.maxCapacity ?? 0;
          expect(after).toBeLessThanOrEqual(max);
          expect(choice.openAfter).toBe(after);
        }
        expect(JSON.stringify(deal(structuredClone(input)))).toBe(JSON.stringify(deal(input)));
      }),
    );
  });

  it("leaves a lead over only when nobody has room for it", () => {
    fc.assert(
      fc.property(inputArbitrary, (input) => {
        const { choices } = deal(input);
        const room = input.candidates.reduce((sum, one) => sum + Math.max(0, one.maxCapacity - one.openLeads), 0);
        const unowned = input.leads.every(({ ownerId }) => ownerId === null);
        const left = choices.filter(({ agentId }) => agentId === null).length;
        if (unowned) expect(left).toBe(Math.max(0, input.leads.length - room));
      }),
    );
  });

  it("says that nobody is available when there is no candidate", () => {
    const { choices } = deal({ strategy: "round_robin", candidates: [], leads: free(1), seed: 1 });
    expect(choices).toEqual([{ leadId: "lead-0", agentId: null, code: "no_agent_available" }]);
  });
});

describe("round_robin", () => {
  it("differs by at most one after every prefix while nobody is capped, whatever the cursors were", () => {
    fc.assert(
      fc.property(candidatesArbitrary, fc.nat(200), fc.nat(), (some, count, seed) => {
        const candidates = (some as Candidate[]).map((one) => ({ ...one, maxCapacity: UNCAPPED }));
        const { choices } = deal({ strategy: "round_robin", candidates, leads: free(count), seed });
        expect(
          widestGap(
            choices,
            candidates.map(({ agentId }) => agentId),
          ),
        ).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("goes on where it was, across batches and restarts, by the stored cursor alone", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 30 }),
        fc.nat(),
        (sizes, seed) => {
          const ids = ["a", "b", "c", "d", "e"];
          let cursors = new Map<string, number | null>(ids.map((id) => [id, null]));
          let clock = 0;
          const choices: Choice[] = [];
          for (const [batch, size] of sizes.entries()) {
            // A restart may list the agents in any order and draws another seed.
            const order = batch % 2 === 0 ? ids : [...ids].reverse();
            const candidates = order.map((id) => agent(id, { lastAssignedAt: cursors.get(id) ?? null }));
            const dealt = deal({ strategy: "round_robin", candidates, leads: free(size), seed: seed + batch });
            choices.push(...dealt.choices);
            cursors = new Map(cursors);
            for (const id of dealt.dealtOrder) cursors.set(id, (clock += 1));
          }
          expect(widestGap(choices, ids)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it("gives who comes back one lead and then the rotation, not a flood", () => {
    const candidates = [
      agent("back", { lastAssignedAt: 1 }),
      agent("b", { lastAssignedAt: 1_000 }),
      agent("c", { lastAssignedAt: 1_001 }),
    ];
    const { choices } = deal({ strategy: "round_robin", candidates, leads: free(9), seed: 3 });
    expect(choices.map(({ agentId }) => agentId).join(" ")).toBe("back b c back b c back b c");
  });

  it("breaks ties by the seed, never by name, id or the order of the list", () => {
    const ids = ["a", "b", "c", "d"];
    const firsts = Array.from({ length: 400 }, (_, seed) => {
      const { choices } = deal({
        strategy: "round_robin",
        candidates: ids.map((id) => agent(id)),
        leads: free(1),
        seed,
      });
      return choices[0]?.agentId;
    });
    for (const id of ids) expect(firsts.filter((first) => first === id).length).toBeGreaterThan(60);
  });
});

describe("capacity_based", () => {
  it("begins with the most room and deals in proportion to it", () => {
    const candidates = [
      agent("small", { openLeads: 0, maxCapacity: 20 }),
      agent("large", { openLeads: 20, maxCapacity: 80 }),
      agent("full", { openLeads: 9, maxCapacity: 9 }),
    ];
    const { choices } = deal({ strategy: "capacity_based", candidates, leads: free(40), seed: 1 });
    expect(choices[0]?.agentId).toBe("large");
    expect(["small", "large", "full"].map((id) => countOf(choices, id))).toEqual([10, 30, 0]);
  });

  it("keeps to proportion within one lead after every prefix of two agents", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }), fc.nat(), (one, two, seed) => {
        const candidates = [agent("one", { maxCapacity: one }), agent("two", { maxCapacity: two })];
        const { choices } = deal({ strategy: "capacity_based", candidates, leads: free(one + two), seed });
        for (let length = 1; length <= choices.length; length += 1) {
          const due = (length * one) / (one + two);
          expect(Math.abs(countOf(choices.slice(0, length), "one") - due)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it("lets performance break ties", () => {
    const candidates = [
      agent("low", { maxCapacity: 10, score: 40 }),
      agent("high", { maxCapacity: 10, score: 41, lastAssignedAt: 5 }),
    ];
    const { choices } = deal({ strategy: "capacity_based", candidates, leads: free(2), seed: 1 });
    expect(choices.map(({ agentId }) => agentId)).toEqual(["high", "low"]);
  });
});

describe("performance_weighted", () => {
  it("deals by score, yet gives even the lowest score its chance", () => {
    const candidates = [agent("best", { score: 80 }), agent("middle", { score: 40 }), agent("none", { score: 0 })];
    const { choices } = deal({ strategy: "performance_weighted", candidates, leads: free(20_000), seed: 7 });
    const share = (id: string) => countOf(choices, id) / 20_000;
    // 90 % by score with a floor of 20 points (80 : 40 : 20), 10 % evenly.
    expect(share("best")).toBeCloseTo(0.9 * (80 / 140) + 0.1 / 3, 1);
    expect(share("middle")).toBeCloseTo(0.9 * (40 / 140) + 0.1 / 3, 1);
    expect(share("none")).toBeCloseTo(0.9 * (20 / 140) + 0.1 / 3, 1);
  });
});

describe("manual", () => {
  it("splits evenly after every prefix, and lets the others go on when one is full", () => {
    const candidates = [agent("a"), agent("b"), agent("c", { maxCapacity: 2 })];
    const { choices } = deal({ strategy: "manual", candidates, leads: free(12), seed: 1 });
    expect(["a", "b", "c"].map((id) => countOf(choices, id))).toEqual([5, 5, 2]);
    expect(widestGap(choices.slice(0, 6), ["a", "b", "c"])).toBe(1);
  });

  it("keeps to the split that is given, and says what stopped the rest", () => {
    const split = (quotas: number[], caps: number[], count: number) => {
      const candidates = quotas.map((quota, index) =>
        agent(`agent-${index}`, { quota, maxCapacity: caps[index] ?? UNCAPPED }),
      );
      return deal({ strategy: "manual", candidates, leads: free(count), seed: 1 }).choices;
    };
    const beyond = split([3, 1], [10, 10], 6);
    expect([countOf(beyond, "agent-0"), countOf(beyond, "agent-1")]).toEqual([3, 1]);
    expect(beyond.at(-1)).toMatchObject({ agentId: null, code: "beyond_split" });
    const full = split([3, 1], [2, 10], 6);
    expect([countOf(full, "agent-0"), countOf(full, "agent-1")]).toEqual([2, 1]);
    expect(full.at(-1)).toMatchObject({ agentId: null, code: "no_capacity" });
  });
});
