import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayStartIn } from "@/modules/leads/components/filter/filter-days";
import { filterWords } from "@/modules/leads/components/filter/filter-fields";
import { readFilterText } from "@/modules/leads/components/filter/filter-text";
import type { TextWorld } from "@/modules/leads/components/filter/filter-value-text";
import { added, bothOf, changed, groupOf, rejoined } from "@/modules/leads/components/filter/filter-tree";
import { checkFilter, type FilterLeaf, type LeadFilter } from "@/modules/leads/domain/lead-filter";

const world: TextWorld = {
  dispositions: [
    { code: "new", label: "New" },
    { code: "not_interested", label: "Not interested" },
  ],
  agents: [
    { agent_id: "ada@evenhand.test", name: "Ada King" },
    { agent_id: "bo@evenhand.test", name: "Bo King" },
  ],
  me: "me@evenhand.test",
  dayStart: (day) => dayStartIn(day, "Europe/Berlin"),
  locale: "en-GB",
  today: "2026-11-30",
};
const read = (text: string) => readFilterText(text, world);
const leaf = (field: FilterLeaf["field"], op: FilterLeaf["op"], value?: unknown): FilterLeaf =>
  value === undefined ? { field, op } : { field, op, value };

describe("a filter as it is typed", () => {
  it.each<[string, LeadFilter]>([
    ["priority:high", leaf("priority", "eq", "high")],
    ["Priority:HIGH,urgent", leaf("priority", "in", ["high", "urgent"])],
    ["tag:hot", leaf("tags", "contains", "hot")],
    ["assigned:none", leaf("assigned_agent", "is_empty")],
    ["agent:any", leaf("assigned_agent", "is_not_empty")],
    ["agent:me", leaf("assigned_agent", "eq", "me@evenhand.test")],
    ["agent:ada", leaf("assigned_agent", "eq", "ada@evenhand.test")],
    ['disposition:"Not interested"', leaf("disposition", "eq", "not_interested")],
    ['name:"Ada King"', leaf("name", "eq", "Ada King")],
    ["name:ada", leaf("name", "contains", "ada")],
    ["locked:no", leaf("locked", "is_empty")],
    ["notes:>=3", leaf("notes_count", "gte", 3)],
    ["notes:2..5", leaf("notes_count", "between", [2, 5])],
    ["created:7d", leaf("created_at", "within_last", { n: 7, unit: "days" })],
    ["created:>=2026-11-30", leaf("created_at", "gte", "2026-11-29T23:00:00.000Z")],
    ["follow:<=today", leaf("follow_up_on", "lte", "2026-11-30")],
    ["follow:24/12", leaf("follow_up_on", "eq", "2026-12-24")],
    ["follow-up:tomorrow..+7", leaf("follow_up_on", "between", ["2026-12-01", "2026-12-07"])],
    // The day on which clocks go back has 25 hours.
    [
      "created:2026-10-25",
      {
        and: [
          leaf("created_at", "gte", "2026-10-24T22:00:00.000Z"),
          leaf("created_at", "lt", "2026-10-25T23:00:00.000Z"),
        ],
      },
    ],
    ["-tag:hot", { not: leaf("tags", "contains", "hot") }],
    [
      "priority:high tag:hot assigned:none",
      { and: [leaf("priority", "eq", "high"), leaf("tags", "contains", "hot"), leaf("assigned_agent", "is_empty")] },
    ],
    [
      "(tag:hot OR priority:urgent) smith",
      {
        and: [
          { or: [leaf("tags", "contains", "hot"), leaf("priority", "eq", "urgent")] },
          leaf("text", "contains", "smith"),
        ],
      },
    ],
  ])("%s", (text, filter) => {
    expect(read(text)).toEqual({ filter, structured: true, problems: [] });
  });

  it.each([
    ["tag:hot priority:hgih", "hgih", /no priority/],
    ["tag:hot colour:red", "colour", /no field “colour”/],
    ["priority:", "priority:", /what Priority should be/],
    ["(tag:hot", "(", /never closed/],
    ["tag:hot)", ")", /no opening bracket/],
    ["tag:hot OR", "OR", /between two/],
    ["notes:>many", ">many", /no number/],
    ["agent:king", "king", /Several agents/],
    ["agent:nobody", "nobody", /no agent/],
    ["created:yesterday", "yesterday", /2026-11-30/],
    ["locked:maybe", "maybe", /yes or no/],
    ['name:"Ada', '"Ada', /never closed/],
    ["tag:>3", ">3", /not compared/],
    ["follow:soon", "soon", /no date/],
  ])("says what is wrong with %s, and where", (text, part, message) => {
    const [problem] = read(text).problems;
    expect(problem?.message).toMatch(message);
    expect(text.slice(problem?.from, problem?.to)).toBe(part);
  });

  it.each(["ada smith", "+1 (415) 555-0100", "ada@example.com", "https://example.com/x", ""])(
    "leaves %j to the plain search",
    (text) => {
      expect(read(text).structured).toBe(false);
    },
  );

  it("never throws, and what it understands is a filter", () => {
    const pieces = fc.constantFrom(
      ...["priority", "tag", "created", "agent", "notes", ":", "high", '"', "(", ")", "-", " OR ", " ", ",", "..", ">"],
      ...["7d", "2026-11-30", "none", "x", "9"],
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 14 }), (parts) => {
        const text = parts.join("");
        const { filter, problems } = read(text);
        for (const { from, to } of problems) expect(0 <= from && from <= to && to <= text.length).toBe(true);
        if (filter && problems.length === 0) expect(() => checkFilter(filter)).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });
});

describe("a tree in the builder", () => {
  const high = leaf("priority", "eq", "high");
  const hot = leaf("tags", "contains", "hot");
  const mine = leaf("assigned_agent", "eq", "me@evenhand.test");
  const tree: LeadFilter = { and: [high, { or: [hot, { not: mine }] }] };

  it("is changed where a path points to", () => {
    expect(changed(tree, [1, 0], () => high)).toEqual({ and: [high, { or: [high, { not: mine }] }] });
    expect(changed(tree, [1, 1, 0], () => hot)).toEqual({ and: [high, { or: [hot, { not: hot }] }] });
    expect(added(tree, [1], mine)).toEqual({ and: [high, { or: [hot, { not: mine }, mine] }] });
    expect(rejoined(tree, [], "or")).toEqual({ or: groupOf(tree).parts });
  });

  it("loses groups that become empty", () => {
    const less = changed(tree, [1, 1, 0], () => undefined) as LeadFilter;
    expect(less).toEqual({ and: [high, { or: [hot] }] });
    expect(changed(less, [1, 0], () => undefined)).toEqual({ and: [high] });
    expect(changed({ and: [high] }, [0], () => undefined)).toBeUndefined();
  });

  it("stays flat when conditions are added to it", () => {
    expect(bothOf({ and: [high] }, { and: [hot, mine] })).toEqual({ and: [high, hot, mine] });
    expect(bothOf(undefined, hot)).toEqual(hot);
  });

  it("reads as a sentence", () => {
    const names = {
      disposition: (code: string) => code,
      agent: () => "Ada King",
      instant: (at: string) => at,
      date: (date: string) => date,
      number: String,
    };
    expect(filterWords(tree, names)).toBe("Priority is High and (Tags have hot or not (Agent is Ada King))");
    expect(filterWords(leaf("created_at", "within_last", { n: 1, unit: "days" }), names)).toBe(
      "Created in the last 1 day",
    );
  });
});
