import fc from "fast-check";
import { expect, it } from "vitest";
import { type AgentRoom, type MovingRow, rowsThatDoNotFit } from "@/modules/leads/domain/plan-room";

const agent = (agentId: string, openLeads: number, maxCapacity: number, more: Partial<AgentRoom> = {}): AgentRoom => ({
  agentId,
  openLeads,
  maxCapacity,
  ownReserved: 0,
  otherReserved: 0,
  takes: true,
  ...more,
});
const move = (place: number, from: string | null, to: string | null): MovingRow => ({ place, from, to, given: to });

it("lets two full agents swap", () => {
  const rooms = [agent("a", 3, 3), agent("b", 3, 3)];
  expect(rowsThatDoNotFit([move(1, "a", "b"), move(2, "b", "a")], rooms)).toEqual(new Map());
});

it("leaves out the last rows first, and counts again what they leave behind", () => {
  const rooms = [agent("a", 2, 2), agent("b", 1, 2), agent("c", 0, 0)];
  const rows = [move(1, null, "b"), move(2, "a", "b"), move(3, null, "a")];
  // b has room for one; the lead that stays with a fills it again, so that 3 has no place either.
  expect(rowsThatDoNotFit(rows, rooms)).toEqual(
    new Map([
      [2, "no_capacity"],
      [3, "no_capacity"],
    ]),
  );
});

it("gives nothing to who takes nothing, and keeps promises to others", () => {
  const rooms = [agent("gone", 0, 9, { takes: false }), agent("a", 0, 3, { otherReserved: 2, ownReserved: 1 })];
  const rows = [move(1, null, "gone"), move(2, null, "a"), move(3, null, "a")];
  expect(rowsThatDoNotFit(rows, rooms)).toEqual(
    new Map([
      [1, "agent_unavailable"],
      [3, "no_capacity"],
    ]),
  );
});

it("never leaves an agent with more than it may have, and leaves out nothing without need", () => {
  const ids = ["a", "b", "c"];
  const someone = fc.option(fc.constantFrom(...ids), { nil: null });
  const rooms = fc.tuple(...ids.map((id) => fc.tuple(fc.nat(6), fc.nat(6)).map(([open, max]) => agent(id, open, max))));
  const rows = fc
    .array(fc.tuple(someone, someone), { maxLength: 20 })
    .map((moves) => moves.map(([from, to], index) => move(index + 1, from, to)));
  fc.assert(
    fc.property(rows, rooms, (moves, agents) => {
      const left = rowsThatDoNotFit(moves, agents);
      const gain = (id: string, kept: readonly MovingRow[]) =>
        kept.reduce((sum, row) => sum + (row.to === id ? 1 : 0) - (row.from === id ? 1 : 0), 0);
      const fits = (kept: readonly MovingRow[]) =>
        agents.every(
          (one) => gain(one.agentId, kept) <= 0 || one.openLeads + gain(one.agentId, kept) <= one.maxCapacity,
        );
      expect(fits(moves.filter(({ place }) => !left.has(place)))).toBe(true);
      if (fits(moves)) expect(left.size).toBe(0);
    }),
    { numRuns: 2_000 },
  );
});
