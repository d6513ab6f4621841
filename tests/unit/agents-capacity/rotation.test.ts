import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createDealer, type Choice } from "@/modules/agents/domain/dealer";
import {
  afterClose,
  afterDeal,
  agentsPool,
  EVERYONE,
  levelOf,
  type StoredTurns,
} from "@/modules/agents/domain/rotation";
import { agent, countOf, free, setupOf, UNCAPPED, widestGap } from "@/tests/support/deal-world";

const RUNS = 1_000;
const IDS = ["ada", "ben", "cem", "dua", "eve"];

/** What a database keeps of a rotation from deal to deal. */
interface Kept {
  turns: StoredTurns;
  cursors: Map<string, number>;
  clock: number;
}

const nothing = (): Kept => ({ turns: {}, cursors: new Map(), clock: 0 });

/** One deal by those who are there, from what was kept alone, in whatever order they are listed; and what is kept then. */
function dealt(kept: Kept, present: readonly string[], count: number, seed: number, room = UNCAPPED) {
  const candidates = present.map((id) =>
    agent(id, { lastAssignedAt: kept.cursors.get(id) ?? null, maxCapacity: room }),
  );
  const dealer = createDealer(setupOf("round_robin", candidates, { seed, stored: kept.turns }));
  const choices = dealer.deal(free(count));
  const cursors = new Map(kept.cursors);
  let { clock } = kept;
  for (const id of dealer.dealtOrder()) cursors.set(id, (clock += 1));
  const taken = dealer.taken()[EVERYONE] ?? {};
  const [standing] = dealer.standings();
  const moved = Object.keys(taken).length > 0;
  const turns = moved ? afterClose(kept.turns, standing?.members ?? [], taken) : kept.turns;
  return { choices, kept: { turns: JSON.parse(JSON.stringify(turns)) as StoredTurns, cursors, clock } };
}

const visit = fc.record({
  present: fc.shuffledSubarray(IDS),
  count: fc.nat(9),
  seed: fc.nat(),
  full: fc.boolean(),
});

describe("rotation", () => {
  it("differs by at most one after every prefix, over any number of deals and restarts", () => {
    fc.assert(
      fc.property(fc.array(visit, { minLength: 1, maxLength: 30 }), (visits) => {
        let kept = nothing();
        const choices: Choice[] = [];
        for (const { count, seed, present } of visits) {
          // Everybody is there, listed in any order.
          const order = [...present, ...IDS.filter((id) => !present.includes(id))];
          const step = dealt(kept, order, count, seed);
          choices.push(...step.choices);
          kept = step.kept;
        }
        expect(widestGap(choices, IDS)).toBeLessThanOrEqual(1);
      }),
      { numRuns: RUNS },
    );
  });

  it("keeps those who are there within one turn of each other, whoever leaves, comes back or was full", () => {
    fc.assert(
      fc.property(fc.array(visit, { minLength: 1, maxLength: 30 }), (visits) => {
        let kept = nothing();
        for (const { count, seed, present, full } of visits) {
          const step = dealt(kept, present, count, seed, full ? 2 : UNCAPPED);
          const level = levelOf(kept.turns);
          const turns = new Map(present.map((id) => [id, Math.max(level, kept.turns[id]?.turns ?? 0)]));
          for (const { agentId } of [{ agentId: null }, ...step.choices]) {
            if (agentId !== null) turns.set(agentId, (turns.get(agentId) ?? 0) + 1);
            const there = full ? present.filter((id) => countOf(step.choices, id) < 2) : present;
            const counts = there.map((id) => turns.get(id) ?? 0);
            if (counts.length > 0) expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
          }
          kept = step.kept;
        }
      }),
      { numRuns: RUNS },
    );
  });

  it("floods nobody who comes back, and takes no turn from who was there all the time", () => {
    fc.assert(
      fc.property(fc.array(visit, { minLength: 1, maxLength: 30 }), (visits) => {
        let kept = nothing();
        const choices: Choice[] = [];
        /** Leads each agent has had since it was last away, beside what those had who were there all that time. */
        const since = new Map<string, number>();
        for (const { count, seed, present } of visits) {
          const there = ["ada", "ben", ...present.filter((id) => id !== "ada" && id !== "ben")];
          for (const id of IDS) if (!there.includes(id)) since.set(id, choices.length + count);
          const step = dealt(kept, there, count, seed);
          choices.push(...step.choices);
          kept = step.kept;
          // ada and ben never leave.
          expect(widestGap(choices, ["ada", "ben"])).toBeLessThanOrEqual(1);
          for (const id of there) {
            const window = choices.slice(since.get(id) ?? 0);
            const others = Math.min(countOf(window, "ada"), countOf(window, "ben"));
            expect(countOf(window, id) - others).toBeLessThanOrEqual(2);
            expect(others - countOf(window, id)).toBeLessThanOrEqual(2);
          }
        }
      }),
      { numRuns: RUNS / 2 },
    );
  });

  it("gives who comes back after a long time one lead and then the rotation", () => {
    let kept = dealt(nothing(), ["back", "b", "c"], 3, 1).kept;
    kept = dealt(kept, ["b", "c"], 200, 2).kept;
    const { choices } = dealt(kept, ["back", "b", "c"], 9, 3);
    expect(choices.map(({ agentId }) => agentId).join(" ")).toMatch(/^(back (b c|c b) ?){3}$/);
  });

  it("keeps the turn of one who was away while nothing was dealt", () => {
    // Two of three have had their turn; the third is next, also after a break.
    const kept = dealt(nothing(), ["a", "b", "c"], 2, 5).kept;
    const due = ["a", "b", "c"].find((id) => kept.turns[id]?.turns === 0) as string;
    const others = ["a", "b", "c"].filter((id) => id !== due);
    const pause = dealt(kept, others, 0, 6).kept;
    expect(dealt(pause, ["a", "b", "c"], 1, 7).choices[0]?.agentId).toBe(due);
  });

  it("takes the turns of a deal that was previewed on turns that have moved since", () => {
    const stored: StoredTurns = { a: { turns: 6, present: true }, b: { turns: 5, present: true } };
    expect(afterDeal(stored, new Set(["b", "c"]), { b: 2, c: 1 })).toEqual({
      a: { turns: 6, present: false },
      b: { turns: 7, present: true },
      c: { turns: 6, present: true },
    });
    expect(levelOf({ a: { turns: 6, present: false }, b: { turns: 5, present: false } })).toBe(5);
  });

  it("names the pool of the same agents alike, however they are listed", () => {
    expect(agentsPool(["b", "a", "b"])).toBe(agentsPool(["a", "b"]));
    expect(agentsPool(["a", "b"])).not.toBe(agentsPool(["a", "c"]));
  });
});
