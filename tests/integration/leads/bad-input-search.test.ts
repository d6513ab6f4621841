import { beforeAll, describe, expect, it } from "vitest";
import { type BadCase, type BadRequest, databaseWatch, refuses } from "@/tests/support/bad-input";
import { createAgent, type TestAgent } from "@/tests/support/factories/agents";
import { createLead, createLeads } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { client } from "@/tests/support/http";
import { testHouse } from "@/tests/support/test-house";

const house = testHouse();
const watch = databaseWatch(house);
const SEARCH = "/api/leads/advanced-search";

let manager: TestUser;
let colleague: TestUser;
let agent: TestAgent;

beforeAll(async () => {
  manager = await createManager(house.db);
  colleague = await createManager(house.db);
  agent = await createAgent(house.db);
  await createLeads(house.db, 12);
});

const world = { manager: () => manager, watch };
const leaf = { field: "name", op: "contains", value: "Ann" };
const nested = (depth: number): object => (depth === 1 ? leaf : { and: [nested(depth - 1)] });
const negated = (depth: number): object => (depth === 1 ? leaf : { not: negated(depth - 1) });
const wide = (width: number) => ({ or: Array.from({ length: width }, () => leaf) });
const bushy = (width: number) => ({
  and: Array.from({ length: width }, () => ({ or: Array.from({ length: width }, () => ({ field: "x" })) })),
});
const asking = (field: string, op: string, value?: unknown) => ({
  field,
  op,
  ...(value === undefined ? {} : { value }),
});

const shape = (says: RegExp) => ({ status: 400, code: "invalid_request", says });
const meaning = (code: string, says: RegExp) => ({ status: 422, code, says });

/** Filters that cannot be, whichever door they come through. */
const badFilters: readonly (readonly [string, unknown, ReturnType<typeof meaning>])[] = [
  ["a tree 11 deep", nested(11), meaning("filter_too_deep", /at most 10 deep/)],
  ["a tree 50 deep", nested(50), meaning("filter_too_deep", /at most 10 deep/)],
  ["50 negations", negated(50), meaning("filter_too_deep", /at most 10 deep/)],
  ["a tree 100,000 deep", null, { status: 400, code: "too_deep", says: /nested deeper than 200/ }],
  ["a tree 201 wide", wide(201), meaning("filter_too_large", /at most 200 parts/)],
  ["two trees 150 wide", { and: [wide(150), wide(150)] }, meaning("filter_too_large", /at most 200 parts/)],
  ["40,000 parts, all wrong", bushy(200), meaning("filter_too_large", /at most 200 parts/)],
  ["a tree 10,000 wide", wide(10_000), meaning("filter_too_large", /at most 200 parts/)],
  ["a text", "name = 'Ann'", shape(/filter/)],
  ["a list", [leaf], shape(/filter/)],
  ["null", { and: [null] }, shape(/filter/)],
  ["nothing", {}, shape(/filter/)],
  ["and with or", { and: [leaf], or: [leaf] }, shape(/filter/)],
  ["an unknown member", { ...leaf, case: "ignore" }, shape(/filter/)],
  ["an unknown field", asking("password_hash", "eq", "x"), shape(/filter\.?.*field/)],
  ["a field of the prototype", asking("__proto__", "eq", "x"), shape(/filter\.?.*field/)],
  ["an unknown operator", asking("name", "matches", ".*"), shape(/filter\.?.*op/)],
  [
    "an operator its field does not have",
    asking("tags", "gt", "a"),
    meaning("filter_operator", /tags cannot be asked with gt/),
  ],
  ["a number for a name", asking("name", "eq", 5), meaning("filter_value", /name eq/)],
  ["an object for a name", asking("name", "eq", { $ne: null }), meaning("filter_value", /name eq/)],
  ["no value", asking("name", "contains"), meaning("filter_value", /name contains/)],
  ["a value too many", asking("assigned_agent", "is_empty", true), meaning("filter_value", /assigned_agent is_empty/)],
  ["an empty list", asking("disposition", "in", []), meaning("filter_value", /disposition in/)],
  [
    "1,001 values",
    asking(
      "name",
      "in",
      Array.from({ length: 1_001 }, (_, n) => `n${n}`),
    ),
    meaning("filter_value", /name in/),
  ],
  ["a text of 501 characters", asking("name", "contains", "x".repeat(501)), meaning("filter_value", /name contains/)],
  ["empty free text", asking("text", "contains", "   "), meaning("filter_value", /text contains/)],
  ["a date in words", asking("created_at", "gt", "yesterday"), meaning("filter_value", /created_at gt/)],
  [
    "the 30th of February",
    asking("created_at", "gt", "2026-02-30T00:00:00Z"),
    meaning("filter_value", /created_at gt/),
  ],
  ["the year 0", asking("created_at", "gt", "0000-01-01T00:00:00Z"), meaning("filter_value", /created_at gt/)],
  [
    "the year 12026 by its sign",
    asking("created_at", "lt", "+012026-01-01T00:00:00Z"),
    meaning("filter_value", /created_at lt/),
  ],
  [
    "one end of between",
    asking("created_at", "between", ["2026-01-01T00:00:00Z"]),
    meaning("filter_value", /created_at between/),
  ],
  [
    "a window of 0 days",
    asking("created_at", "within_last", { n: 0, unit: "days" }),
    meaning("filter_value", /within_last/),
  ],
  [
    "a window of 1e9 weeks",
    asking("created_at", "within_last", { n: 1e9, unit: "weeks" }),
    meaning("filter_value", /within_last/),
  ],
  [
    "a window of moons",
    asking("created_at", "within_last", { n: 1, unit: "moons" }),
    meaning("filter_value", /within_last/),
  ],
  ["a count as text", asking("notes_count", "gt", "3"), meaning("filter_value", /notes_count gt/)],
  ["a priority that does not exist", asking("priority", "eq", "extreme"), meaning("filter_value", /priority eq/)],
  ["a null byte", asking("name", "contains", "a\0b"), { status: 400, code: "invalid_text", says: /null byte/ }],
  [
    "half a surrogate pair",
    asking("text", "contains", "\udfff"),
    { status: 400, code: "invalid_text", says: /surrogate/ },
  ],
];

const DEEP = `{"not":`.repeat(100_000) + JSON.stringify(leaf) + "}".repeat(100_000);

const doors = [
  [
    "advanced-search",
    (filter: unknown): BadRequest =>
      filter === null ? { path: SEARCH, rawBody: `{"filter":${DEEP}}` } : { path: SEARCH, body: { filter } },
  ],
  [
    "bulk-update",
    (filter: unknown): BadRequest => {
      const path = "/api/leads/bulk-update";
      const updates = { priority: "high" };
      return filter === null
        ? { path, rawBody: `{"search":{"filter":${DEEP}},"updates":{"priority":"high"}}` }
        : { path, body: { search: { filter }, updates } };
    },
  ],
  [
    "bulk-plans",
    (filter: unknown): BadRequest => {
      const path = "/api/bulk-plans";
      const plan = { kind: "assign", assignment_strategy: "round_robin" };
      return filter === null
        ? { path, rawBody: `{"kind":"assign","assignment_strategy":"round_robin","search":{"filter":${DEEP}}}` }
        : { path, body: { ...plan, search: { filter } } };
    },
  ],
] as const;

describe.each(doors)("%s refuses a filter that is", (_name, through) => {
  refuses(
    badFilters.map(([name, filter, refusal]): BadCase => [name, () => through(filter), refusal]),
    world,
  );
});

describe("advanced-search refuses", () => {
  const search = (body: object) => () => ({ path: SEARCH, body });
  const cases: BadCase[] = [
    [
      "an unknown order",
      search({ sort: { field: "password", direction: "asc" } }),
      shape(/sort\.field: must be one of/),
    ],
    [
      "an unknown direction",
      search({ sort: { field: "name", direction: "up" } }),
      shape(/sort\.direction: must be one of/),
    ],
    ["an order as text", search({ sort: "name" }), shape(/sort: must be an object, not text/)],
    ["a page of none", search({ limit: 0 }), shape(/limit: must be at least 1/)],
    ["a page of 501", search({ limit: 501 }), shape(/limit: must be at most 500/)],
    ["a page of 1e400", () => ({ path: SEARCH, rawBody: '{"limit":1e400}' }), shape(/limit: is too large/)],
    ["a page as text", search({ limit: "50" }), shape(/limit: must be a number, not text; write it without quotes/)],
    ["an offset, which it does not have", search({ offset: 10 }), shape(/offset: is not known here/)],
    ["a cursor that is a number", search({ cursor: 5 }), shape(/cursor: must be text/)],
  ];
  refuses(cases, world);
});

describe("a cursor", () => {
  const page = (body: object, by = manager) => client(by).post<{ next_cursor: string }>(SEARCH, { limit: 5, ...body });
  const cursorOf = async (body: object = {}): Promise<string> => (await page(body)).body.next_cursor;
  let good: string;
  beforeAll(async () => {
    good = await cursorOf();
  });

  it("leads on where it was made", async () => {
    expect((await page({ cursor: good })).status).toBe(200);
  });

  const invalid = { status: 400, code: "invalid_cursor", says: /Begin again without a cursor/ };
  const flipped = (bytes: Buffer, at: number): Buffer => {
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    return bytes;
  };
  const edited = (edit: (bytes: Buffer) => Buffer) => () => ({
    path: SEARCH,
    body: { limit: 5, cursor: edit(Buffer.from(good, "base64url")).toString("base64url") },
  });
  const cases: BadCase[] = [
    ["that is empty is refused", () => ({ path: SEARCH, body: { cursor: "" } }), invalid],
    ["that is no cursor is refused", () => ({ path: SEARCH, body: { cursor: "%%%" } }), invalid],
    ["with a byte changed is refused", edited((bytes) => flipped(bytes, bytes.length - 1)), invalid],
    ["with its signature changed is refused", edited((bytes) => flipped(bytes, 0)), invalid],
    ["cut short is refused", edited((bytes) => bytes.subarray(0, -1)), invalid],
    ["with something added is refused", edited((bytes) => Buffer.concat([bytes, Buffer.from("x")])), invalid],
    ["with a space added is refused", () => ({ path: SEARCH, body: { limit: 5, cursor: `${good} ` } }), invalid],
    ["of another filter is refused", () => ({ path: SEARCH, body: { limit: 5, cursor: good, filter: leaf } }), invalid],
    [
      "of another order is refused",
      () => ({ path: SEARCH, body: { limit: 5, cursor: good, sort: { field: "name", direction: "asc" } } }),
      invalid,
    ],
    [
      "of the other direction is refused",
      () => ({ path: SEARCH, body: { limit: 5, cursor: good, sort: { field: "created_at", direction: "asc" } } }),
      invalid,
    ],
    [
      "of a search is refused by another list",
      () => ({ method: "GET", path: `/api/leads?limit=5&priority=high&cursor=${good}` }),
      invalid,
    ],
    [
      "of a manager is refused for an agent",
      () => ({ path: SEARCH, as: agent, body: { limit: 5, cursor: good } }),
      invalid,
    ],
  ];
  refuses(cases, world);
});

describe("what looks like a pattern is only text:", () => {
  const found = async (value: string, op = "contains", field = "name"): Promise<string[]> => {
    const answer = await client(colleague).post<{ leads: { name: string }[] }>(SEARCH, {
      filter: { field, op, value },
      limit: 500,
    });
    expect(answer.status, value).toBe(200);
    return answer.body.leads.map(({ name }) => name);
  };
  const oddNames = [
    ".*",
    "(a+)+$",
    "100%",
    "under_score",
    "back\\slash",
    "quo'te",
    'dou"ble',
    "'; DROP TABLE leads; --",
    "é\u0301🙂",
  ];
  beforeAll(async () => {
    for (const name of oddNames) await createLead(house.db, { name });
  });

  it.each(oddNames)("%s finds exactly its lead", async (name) => {
    expect(await found(name)).toEqual([name]);
    expect(await found(name, "eq")).toEqual([name]);
    expect(await found(name, "starts_with")).toEqual([name]);
  });

  it.each([
    ["%", ["100%"]],
    ["_", ["under_score"]],
    ["\\", ["back\\slash"]],
    ["%%", []],
    ["(a+)+$a", []],
    ["[a-z]", []],
  ])("%s alone is no wildcard", async (text, names) => {
    expect(await found(text)).toEqual(names);
    // Free text finds one or two letters at the beginnings of words only, and so finds no sign in the middle of one.
    expect(await found(text, "contains", "text")).toEqual([]);
  });

  it("an expression that would run for ever does not", async () => {
    const name = `${"a".repeat(180)}b`;
    await createLead(house.db, { name });
    // The database gives a long search up, which would be an answer of 422.
    expect(await found("(a+)+$", "contains", "text")).toEqual(["(a+)+$"]);
  });
});
