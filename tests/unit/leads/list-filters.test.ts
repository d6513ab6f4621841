import { describe, expect, it } from "vitest";
import type { LeadFilter } from "@/modules/leads/domain/lead-filter";
import {
  filtersOf,
  type ListSearch,
  readFilters,
  searchOf,
  writeFilters,
} from "@/modules/leads/components/lead-filters";

const ME = "me@evenhand.test";
const sort = { field: "name", direction: "asc" } as const;
const parsed = (filter: LeadFilter) => filtersOf({ filter, sort }, "view-1", ME);

describe("what a list shows, in its address", () => {
  it.each([
    "?q=ada&priority=high&agent=none",
    "?agent=me&sort=name&direction=asc",
    `?filter=${encodeURIComponent('{"or":[{"field":"tags","op":"contains","value":"hot"}]}')}&disposition=new`,
  ])("is written as it was read: %s", (address) => {
    const filters = readFilters(new URLSearchParams(address));
    expect(readFilters(new URLSearchParams(writeFilters(filters)))).toEqual(filters);
  });

  it("leaves out a tree that is none, or deeper than a filter may be", () => {
    const deep = `${'{"not":'.repeat(40)}{"field":"name","op":"eq","value":"x"}${"}".repeat(40)}`;
    for (const filter of ["{", '{"field":"nothing"}', deep]) {
      expect(readFilters(new URLSearchParams({ filter })).tree).toBeUndefined();
    }
  });

  it("is one search with the tree", () => {
    const tree: LeadFilter = { not: { field: "tags", op: "contains", value: "hot" } };
    const filters = { ...readFilters(new URLSearchParams("q= ada &agent=me&priority=high")), tree };
    expect(searchOf(filters, ME)).toEqual({
      filter: {
        and: [
          tree,
          { field: "assigned_agent", op: "eq", value: ME },
          { field: "priority", op: "eq", value: "high" },
          { field: "text", op: "contains", value: "ada" },
        ],
      },
      sort: { field: "created_at", direction: "desc" },
    } satisfies ListSearch);
  });

  it("shows a saved search in its own controls, and what they cannot say as a tree", () => {
    const own: LeadFilter = {
      and: [
        { field: "assigned_agent", op: "is_empty" },
        { field: "priority", op: "eq", value: "high" },
      ],
    };
    expect(parsed(own)).toMatchObject({
      agent: "none",
      priority: "high",
      tree: undefined,
      sort: "name",
      view: "view-1",
    });
    const more: LeadFilter = { and: [...own.and, { field: "tags", op: "contains", value: "hot" }] };
    expect(parsed(more)).toMatchObject({ agent: "none", tree: { and: [{ field: "tags" }] } });
    const groups: LeadFilter = { or: [own, more] };
    expect(parsed(groups)).toMatchObject({ agent: undefined, tree: groups });
    for (const filter of [own, more, groups]) {
      const again = parsed(searchOf(parsed(filter), ME).filter);
      expect(searchOf(again, ME).filter).toEqual(searchOf(parsed(filter), ME).filter);
    }
  });
});
