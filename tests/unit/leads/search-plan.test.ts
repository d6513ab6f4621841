import { describe, expect, test } from "vitest";
import { isShort, phoneDigits } from "@/modules/leads/domain/free-text";
import type { FilterLeaf, LeadFilter } from "@/modules/leads/domain/lead-filter";
import {
  byEffort,
  drivingLeaves,
  searchPlan,
  type SearchProbe,
  textsToProbe,
  without,
} from "@/modules/leads/domain/search-plan";

const leaf = (field: FilterLeaf["field"], op: FilterLeaf["op"], value: unknown): FilterLeaf => ({ field, op, value });
const rare = leaf("text", "contains", "bergwell");
const common = leaf("text", "contains", "olivia");
const noted = leaf("text", "contains", "quokka");
const fresh = leaf("disposition", "eq", "new");

const probe = (given: Partial<SearchProbe>): SearchProbe => ({
  leads: 1_000_000,
  texts: 2_000_000,
  sampled: 5_000,
  filtered: 5_000,
  matched: 0,
  passed: 0,
  shares: new Map([
    ["bergwell", { all: 0, notes: 0 }],
    ["olivia", { all: 0.05, notes: 0.001 }],
    ["quokka", { all: 0.05, notes: 0.05 }],
  ]),
  ...given,
});
const plan = (filter: LeadFilter, given: Partial<SearchProbe> = {}) => searchPlan(filter, probe(given), 50);

describe("the plan of a search", () => {
  test("begins with the rarest text, when that is cheaper than reading every lead", () => {
    expect(plan({ and: [fresh, rare, common] }).driver).toBe(rare);
    expect(plan(rare).driver).toBe(rare);
    expect(plan({ and: [fresh, common] }, { filtered: 10 }).driver).toBeUndefined();
    expect(plan({ and: [fresh, common] }, { filtered: 4_000 }).driver).toBe(common);
    // To ask a lead for its notes too is dearer, so that fewer leads have to be asked before the text is begun with.
    expect(plan({ and: [fresh, common] }, { filtered: 400 }).driver).toBeUndefined();
    expect(plan({ and: [fresh, noted] }, { filtered: 400 }).driver).toBe(noted);
    expect(plan({ or: [fresh, rare] }).driver).toBeUndefined();
    expect(plan({ not: rare }).driver).toBeUndefined();
  });

  test("looks rare texts up wherever they stand, and asks each lead for common ones, with its notes if many have them", () => {
    const unknown = leaf("text", "contains", "never looked at");
    expect([...plan({ or: [rare, { not: common }, { and: [noted, unknown] }] }).texts]).toEqual([
      [rare, "set"],
      [common, "own"],
      [noted, "row"],
      [unknown, "row"],
    ]);
  });

  test("does not count when the sample leaves little doubt that more match than are counted", () => {
    expect(plan(fresh, { matched: 100 })).toMatchObject({ manyMatch: true, estimate: 20_000 });
    expect(plan(fresh, { matched: 59 }).manyMatch).toBe(false);
    expect(plan(fresh, { matched: 1_000, leads: 14_000 }).manyMatch).toBe(false);
    expect(plan(fresh, { matched: 0, sampled: 0 })).toMatchObject({
      manyMatch: false,
      estimate: 0,
    });
  });

  test("walks no further than several times what a page should take", () => {
    expect(plan(fresh, { matched: 1_000 }).walkRows).toBe(2_000 + (8 * 50 * 1_000_000) / 200_000);
    expect(plan(fresh, { matched: 0 }).walkRows).toBe(80_000);
  });

  test("does not set out on a walk when what matches begins far beyond its end", () => {
    // A walk of 4,000 leads; of 5,000 sampled leads each stands for 200.
    expect(plan(fresh, { matched: 1_000, passed: 60 }).liesFar).toBe(false);
    expect(plan(fresh, { matched: 1_000, passed: 61 }).liesFar).toBe(true);
    expect(plan(fresh, { sampled: 0 }).liesFar).toBe(false);
  });

  test("takes only texts that every lead found must hold, and that have trigrams, to begin with", () => {
    const named = leaf("name", "contains", "lee");
    const filter = { and: [named, { and: [rare] }, { or: [common] }, leaf("name", "contains", "le"), fresh] };
    expect(drivingLeaves(filter)).toEqual([named, rare]);
    expect(drivingLeaves({ and: [leaf("name", "neq", "lee"), leaf("phone", "contains", "155")] })).toEqual([]);
    expect(textsToProbe(filter)).toEqual(["lee", "bergwell", "olivia"]);
    expect(without(filter, [named, rare])).toEqual({
      and: [{ and: [] }, { and: [{ and: [] }] }, { or: [common] }, leaf("name", "contains", "le"), fresh],
    });
  });

  test("asks quick questions first and loses none", () => {
    const either = { or: [fresh, rare] };
    expect(byEffort({ and: [rare, fresh, { and: [either] }] })).toEqual({
      first: { and: [fresh] },
      later: { and: [rare, either] },
    });
  });
});

test("texts without trigrams, and numbers", () => {
  expect(["a", "ab", "7", "abc", "å", "李"].map(isShort)).toEqual([true, true, true, false, false, false]);
  expect(["(415) 555-01", "41", "Studio 54321", "+1 415"].map(phoneDigits)).toEqual([
    "41555501",
    undefined,
    undefined,
    "1415",
  ]);
});
