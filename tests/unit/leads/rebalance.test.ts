import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Load, type RebalanceGoal, suggestMoves } from "@/modules/leads/domain/rebalance";

const agent = (agentId: string, openLeads: number, maxCapacity: number, more: Partial<Load> = {}): Load => ({
  agentId,
  openLeads,
  reserved: 0,
  maxCapacity,
  takes: true,
  ...more,
});

describe("suggestMoves", () => {
  it("relieves whoever is over capacity, for those with the most room for theirs, and moves nothing else", () => {
    const loads = [agent("a", 14, 10), agent("b", 9, 10), agent("c", 2, 10), agent("d", 15, 20)];
    expect(suggestMoves(loads, "relieve")).toEqual([{ from: "a", to: "c", leads: 4 }]);
    expect(suggestMoves(loads.slice(1), "relieve")).toEqual([]);
  });

  it("moves nothing that would only change places", () => {
    expect(suggestMoves([agent("a", 4, 10), agent("b", 3, 10)], "even")).toEqual([]);
  });

  it("levels by share of the capacity, not by count", () => {
    const moves = suggestMoves([agent("a", 10, 10), agent("b", 0, 20)], "even");
    expect(moves).toEqual([{ from: "a", to: "b", leads: 7 }]);
  });

  it("gives nothing to the away, leaves them what they have, and counts promised places", () => {
    const away = { takes: false };
    expect(suggestMoves([agent("a", 8, 10), agent("b", 0, 10, away)], "even")).toEqual([]);
    expect(suggestMoves([agent("a", 12, 10, away), agent("b", 0, 10)], "even")).toEqual([
      { from: "a", to: "b", leads: 2 },
    ]);
    expect(suggestMoves([agent("a", 13, 10), agent("b", 5, 10, { reserved: 4 })], "relieve")).toEqual([
      { from: "a", to: "b", leads: 1 },
    ]);
  });

  it("takes all from a capacity of none, and bears agents with neither leads nor capacity", () => {
    expect(suggestMoves([agent("a", 3, 0), agent("b", 0, 5), agent("c", 0, 0)], "relieve")).toEqual([
      { from: "a", to: "b", leads: 3 },
    ]);
  });

  it("never overfills, nobody both gives and takes, and what is left cannot be bettered by one lead", () => {
    const someone = fc.record({
      openLeads: fc.nat(30),
      reserved: fc.nat(4),
      maxCapacity: fc.nat(25),
      takes: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(someone, { maxLength: 8 }),
        fc.constantFrom<RebalanceGoal>("relieve", "even"),
        (people, goal) => {
          const loads = people.map((one, at) => ({ ...one, agentId: `agent-${at}` }));
          const moves = suggestMoves(loads, goal);
          const givers = new Set(moves.map(({ from }) => from));
          const after = new Map(loads.map(({ agentId, openLeads }) => [agentId, openLeads]));
          for (const { from, to, leads } of moves) {
            expect(givers.has(to)).toBe(false);
            after.set(from, (after.get(from) ?? 0) - leads);
            after.set(to, (after.get(to) ?? 0) + leads);
          }
          const open = ({ agentId }: Load): number => after.get(agentId) ?? 0;
          const takers = loads.filter((one) => one.takes && open(one) + one.reserved < one.maxCapacity);
          for (const { to } of moves) {
            const taker = loads.find(({ agentId }) => agentId === to);
            expect(taker && taker.takes && open(taker) + taker.reserved <= taker.maxCapacity).toBe(true);
          }
          for (const giver of loads) {
            if (open(giver) > giver.maxCapacity) expect(takers).toEqual([]);
            if (goal === "relieve")
              expect(open(giver)).toBeGreaterThanOrEqual(Math.min(giver.openLeads, giver.maxCapacity));
            if (goal === "relieve" || !giver.takes) continue;
            for (const taker of takers) {
              const share = (open(taker) + taker.reserved + 1) * giver.maxCapacity;
              expect(open(giver) * taker.maxCapacity).toBeLessThanOrEqual(share);
            }
          }
        },
      ),
    );
  });
});
