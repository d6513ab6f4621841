import { beforeAll, describe, expect, it } from "vitest";
import {
  type BadCase,
  type BadRequest,
  databaseWatch,
  expectRefusal,
  refuses,
  sendBad,
} from "@/tests/support/bad-input";
import { createAgent, type TestAgent } from "@/tests/support/factories/agents";
import { createLead, createLeads } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { client } from "@/tests/support/http";
import { testHouse } from "@/tests/support/test-house";

const house = testHouse();
const watch = databaseWatch(house);
const NOBODY = "019aa000-0000-7000-8000-000000000000";

let manager: TestUser;
let agent: TestAgent;
let another: TestAgent;
let disabled: TestAgent;
let offline: TestAgent;
let ids: string[];
let removed: string;

beforeAll(async () => {
  const { db } = house;
  manager = await createManager(db);
  agent = await createAgent(db);
  another = await createAgent(db);
  disabled = await createAgent(db);
  offline = await createAgent(db, { availability: "offline" });
  await db.user.update({ where: { id: disabled.userId }, data: { disabledAt: new Date() } });
  ids = await createLeads(db, 5);
  removed = await createLead(db, { deletedAt: new Date() });
});

const world = { manager: () => manager, watch };
const shape = (says: RegExp, field?: string) => ({
  status: 400,
  code: "invalid_request",
  says,
  ...(field === undefined ? {} : { field }),
});

const update = (body: () => Record<string, unknown>) => (): BadRequest => ({
  path: "/api/leads/bulk-update",
  body: body(),
});
const assign = (body: () => Record<string, unknown>) => (): BadRequest => ({
  path: "/api/leads/bulk-assign",
  body: body(),
});
const preview = (body: () => Record<string, unknown>) => (): BadRequest => ({ path: "/api/bulk-plans", body: body() });

/** The same selection through every door that takes one. */
const doors = [
  ["bulk-update", (selection: object) => update(() => ({ ...selection, updates: { priority: "high" } }))],
  ["bulk-assign", (selection: object) => assign(() => ({ ...selection, assignment_strategy: "round_robin" }))],
  [
    "bulk-plans",
    (selection: object) => preview(() => ({ kind: "update", ...selection, updates: { priority: "high" } })),
  ],
] as const;

describe.each(doors)("%s refuses a selection", (_name, through) => {
  const all = { filter: { and: [] } };
  const cases: BadCase[] = [
    ["that is not there", through({}), shape(/give one of lead_ids, search and saved_search_id/, "lead_ids")],
    ["that is empty", through({ lead_ids: [] }), shape(/lead_ids: must not be empty/, "lead_ids")],
    [
      "by ids and by search at once",
      through({ lead_ids: [NOBODY], search: all }),
      shape(/give one of lead_ids, search and/, "lead_ids"),
    ],
    ["that is one text", through({ lead_ids: NOBODY }), shape(/lead_ids: must be a list of identifiers/, "lead_ids")],
    ["that is null", through({ lead_ids: null }), shape(/lead_ids: must be a list/, "lead_ids")],
    ["with a number", through({ lead_ids: [NOBODY, 7] }), shape(/lead_ids\.1: must be an identifier/, "lead_ids.1")],
    ["with an empty id", through({ lead_ids: [""] }), shape(/lead_ids\.0: must be an identifier/, "lead_ids.0")],
    ["with null for an id", through({ lead_ids: [null] }), shape(/lead_ids\.0: must be an/, "lead_ids.0")],
    [
      "with an id of 10,000 characters",
      through({ lead_ids: ["x".repeat(10_000)] }),
      shape(/lead_ids\.0/, "lead_ids.0"),
    ],
    [
      "with a null byte in an id",
      through({ lead_ids: [`${NOBODY}\0`] }),
      { status: 400, code: "invalid_text", says: /lead_ids\.0: holds a null byte/, field: "lead_ids.0" },
    ],
    [
      "of 900,000 numbers",
      through({ lead_ids: Array(900_000).fill(1) }),
      shape(/lead_ids\.0: must be an/, "lead_ids.0"),
    ],
    [
      "of 1,000,001 ids",
      through({ lead_ids: Array.from({ length: 1_000_001 }, (_, n) => `lead-${n}`) }),
      { status: 413, code: "too_many_leads", says: /1,000,000/ },
    ],
    ["by a search without a filter", through({ search: {} }), shape(/search\.filter: is required/, "search.filter")],
    ["by a search that is text", through({ search: "Ann" }), shape(/search: must be an object, not text/, "search")],
    [
      "with a limit, which it does not have",
      through({ search: { ...all, limit: 5 } }),
      shape(/search\.limit: is not known here/, "search.limit"),
    ],
    [
      "by an unknown order",
      through({ search: { ...all, sort: { field: "password", direction: "asc" } } }),
      shape(/search\.sort\.field: must be one of/, "search.sort.field"),
    ],
  ];
  refuses(cases, world);
});

describe("bulk-update refuses", () => {
  const setting = (updates: unknown, more: object = {}) => update(() => ({ lead_ids: ids, updates, ...more }));
  const cases: BadCase[] = [
    ["no updates", update(() => ({ lead_ids: ids })), shape(/updates: is required/, "updates")],
    ["nothing to update", setting({}), shape(/name at least one field/, "updates")],
    [
      "a disposition that does not exist",
      setting({ disposition: "sold" }),
      { status: 422, code: "unknown_disposition", says: /no disposition sold/ },
    ],
    [
      "a disposition of 10,000 characters",
      setting({ disposition: "d".repeat(10_000) }),
      shape(/updates\.disposition: must have at most 40/, "updates.disposition"),
    ],
    ["an unknown priority", setting({ priority: 1 }), shape(/updates\.priority: must be one of/, "updates.priority")],
    [
      "names, which are each lead's own",
      setting({ name: "All" }),
      shape(/updates\.name: is not known/, "updates.name"),
    ],
    [
      "51 tags",
      setting({ tags: Array.from({ length: 51 }, (_, n) => `t${n}`) }),
      shape(/updates\.tags: must have at most 50/, "updates.tags"),
    ],
    [
      "a tag of 10,000 characters",
      setting({ tags: ["t".repeat(10_000)] }),
      shape(/updates\.tags\.0: must have at most 40/),
    ],
    ["a source of spaces", setting({ source: "   " }), shape(/updates\.source: must not be empty/, "updates.source")],
    ["notes of nothing", setting({ priority: "high" }, { notes: "" }), shape(/notes: must not be empty/, "notes")],
    [
      "an unknown field",
      setting({ priority: "high" }, { dry_run: true }),
      shape(/dry_run: is not known here/, "dry_run"),
    ],
    [
      "an agent asking",
      () => ({ ...setting({ priority: "high" })(), as: agent }),
      { status: 403, code: "forbidden", says: /role/ },
    ],
  ];
  refuses(cases, world);
});

describe("bulk-assign refuses", () => {
  const dealing = (more: () => Record<string, unknown>) => assign(() => ({ lead_ids: ids, ...more() }));
  const manual = (more: () => Record<string, unknown>) =>
    dealing(() => ({ assignment_strategy: "manual", agents: [agent.email, another.email], ...more() }));
  const cases: BadCase[] = [
    ["no strategy", dealing(() => ({})), shape(/assignment_strategy: must be one of|assignment_strategy: is required/)],
    [
      "an unknown strategy",
      dealing(() => ({ assignment_strategy: "random" })),
      shape(/assignment_strategy: must be one of round_robin/, "assignment_strategy"),
    ],
    [
      "manual without agents",
      dealing(() => ({ assignment_strategy: "manual" })),
      shape(/agents: manual needs agents/, "agents"),
    ],
    ["nobody to deal to", manual(() => ({ agents: [] })), shape(/agents: must not be empty/, "agents")],
    ["agents as one text", manual(() => ({ agents: agent.email })), shape(/agents: must be a list/, "agents")],
    [
      "1,001 agents",
      manual(() => ({ agents: Array.from({ length: 1_001 }, (_, n) => `a${n}@evenhand.test`) })),
      shape(/agents: must have at most 1,000/, "agents"),
    ],
    [
      "unknown agents",
      manual(() => ({ agents: [agent.email, "x@evenhand.test", "y@evenhand.test"] })),
      { status: 404, code: "agent_not_found", says: /x@evenhand\.test, y@evenhand\.test/ },
    ],
    ["a split of fewer than the agents", manual(() => ({ split: [5] })), shape(/split: one number for each/, "split")],
    [
      "a split of more than the agents",
      manual(() => ({ split: [1, 2, 2] })),
      shape(/split: one number for each/, "split"),
    ],
    ["a split below zero", manual(() => ({ split: [6, -1] })), shape(/split\.1: must be at least 0/, "split.1")],
    ["a split of halves", manual(() => ({ split: [2.5, 2.5] })), shape(/split\.0: must be a whole number/, "split.0")],
    ["a split of texts", manual(() => ({ split: ["2", "3"] })), shape(/split\.0: must be a number.*quotes/, "split.0")],
    [
      "a split for a strategy that deals by itself",
      dealing(() => ({ assignment_strategy: "round_robin", agents: [agent.email], split: [5] })),
      shape(/split: only manual/, "split"),
    ],
    [
      "an unknown priority",
      manual(() => ({ priority: "now" })),
      shape(/priority: must be one of normal, high, urgent/, "priority"),
    ],
  ];
  refuses(cases, world);
});

describe("rows that cannot be done are told one by one, and nothing else is touched:", () => {
  interface Rows {
    failed_count: number;
    results: { lead_id: string; status: string; error?: string }[];
    failures: { lead_id: string; code: string }[];
    summary: { total_leads: number; successfully_assigned: number; failed_assignments: number };
  }
  const foreign = (): string[] => [
    NOBODY,
    removed,
    "nothing",
    "' OR 1=1 --",
    ".*",
    "%",
    agent.agentId,
    manager.userId,
    `{${ids[0]}}`,
    `${ids[0]}`.replaceAll("-", ""),
    ` ${ids[0]}`,
  ];
  /** Leads, agents and what is written about them; a plan may say that it found nothing to do. */
  const untouched = async () => {
    const { bulk_plans: _plans, bulk_plan_chunks: _chunks, ...rest } = await watch.digest();
    return rest;
  };

  it("unknown, removed and foreign ids of bulk-update", async () => {
    const before = await untouched();
    const body = { lead_ids: foreign(), updates: { priority: "urgent" } };
    const answer = await client(manager).post<Rows>("/api/leads/bulk-update", body);
    expect(answer).toMatchObject({ status: 200, body: { success: true, updated_count: 0, failed_count: 11 } });
    expect(answer.body.results.map(({ lead_id }) => lead_id)).toEqual(foreign());
    expect(new Set(answer.body.results.map(({ error }) => error))).toEqual(new Set(["lead_not_found"]));
    expect(await untouched()).toEqual(before);
  });

  it("unknown, removed and foreign ids of bulk-assign", async () => {
    const before = await watch.digest();
    const body = { lead_ids: foreign(), assignment_strategy: "round_robin" };
    const answer = await client(manager).post<Rows>("/api/leads/bulk-assign", body);
    expect(answer).toMatchObject({ status: 200, body: { success: true, assignments: [] } });
    expect(answer.body.failures).toEqual(foreign().map((lead_id) => ({ lead_id, code: "lead_not_found" })));
    const after = await watch.digest();
    for (const table of [
      "leads",
      "agents",
      "lead_activities",
      "audit_log",
      "assignment_decisions",
      "lead_reservations",
    ])
      expect(after[table], table).toBe(before[table]);
  });

  it.each([
    ["offline", () => offline.email],
    ["switched off", () => disabled.email],
  ])("an agent who is %s gets nothing", async (_name, email) => {
    const before = await watch.digest();
    for (const strategy of ["round_robin", "capacity_based", "performance_weighted", "manual"]) {
      const body = { lead_ids: ids, assignment_strategy: strategy, agents: [email()] };
      const answer = await client(manager).post<Rows>("/api/leads/bulk-assign", body);
      expect(answer.status, strategy).toBe(200);
      expect(answer.body.failures, strategy).toEqual(ids.map((lead_id) => ({ lead_id, code: "no_agent_available" })));
    }
    const after = await watch.digest();
    for (const table of [
      "leads",
      "agents",
      "lead_activities",
      "audit_log",
      "assignment_decisions",
      "lead_reservations",
    ])
      expect(after[table], table).toBe(before[table]);
  });

  it("a lead named twice, in whatever letters, is one lead", async () => {
    const [id] = await createLeads(house.db, 1);
    const lead_ids = [id, id, id?.toUpperCase(), id];
    const answer = await client(manager).post<Rows>("/api/leads/bulk-update", {
      lead_ids,
      updates: { priority: "high" },
    });
    expect(answer.body).toMatchObject({ updated_count: 1, failed_count: 0 });
    expect(answer.body.results).toHaveLength(1);
    const dealt = await client(manager).post<Rows>("/api/leads/bulk-assign", {
      lead_ids,
      assignment_strategy: "manual",
      agents: [agent.email],
    });
    expect(dealt.body.summary).toEqual({ total_leads: 1, successfully_assigned: 1, failed_assignments: 0 });
    expect(await house.db.auditEntry.count({ where: { entityId: id as string } })).toBe(2);
  });

  it("a split beyond the leads leaves the rest unused; one below leaves leads over", async () => {
    const few = await createLeads(house.db, 4);
    const deal = (lead_ids: string[], split: number[]) =>
      client(manager).post<Rows>("/api/leads/bulk-assign", {
        lead_ids,
        assignment_strategy: "manual",
        agents: [agent.email, another.email],
        split,
      });
    expect((await deal(few.slice(0, 2), [500, 500])).body.summary.successfully_assigned).toBe(2);
    const { failures, summary } = (await deal(few.slice(2), [0, 1])).body;
    expect(summary).toEqual({ total_leads: 2, successfully_assigned: 1, failed_assignments: 1 });
    expect(failures).toEqual([{ lead_id: few[3], code: "beyond_split" }]);
  });
});

describe("an Idempotency-Key", () => {
  const send = (key: string, priority: string, of = ids) =>
    client(manager).post("/api/leads/bulk-update", { lead_ids: of, updates: { priority } }, { idempotencyKey: key });

  it("gives its first answer again, and refuses another body", async () => {
    const [id] = await createLeads(house.db, 1);
    const first = await send("same", "urgent", [String(id)]);
    expect(first).toMatchObject({ status: 200, body: { updated_count: 1 } });
    const before = await watch.digest();
    const again = await send("same", "urgent", [String(id)]);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    const request = {
      path: "/api/leads/bulk-update",
      body: { lead_ids: [id], updates: { priority: "normal" } },
      idempotencyKey: "same",
    };
    const refusal = { status: 422, code: "idempotency_key_reused", says: /used with another request.*new key/i };
    expectRefusal(await sendBad(request, manager), refusal);
    expect(await watch.digest()).toEqual(before);
  });

  it("lets one of two at once do the work; the other waits or is told to", async () => {
    const [id] = await createLeads(house.db, 1);
    const answers = await Promise.all([1, 2, 3, 4].map(() => send("race", "urgent", [String(id)])));
    const done = answers.filter(({ status }) => status === 200);
    expect(done.length).toBeGreaterThanOrEqual(1);
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      expectRefusal(answer, { status: 409, code: "still_running", says: /still running.*again/i });
      expect(answer.headers.get("retry-after")).toBe("1");
    }
    expect(await house.db.auditEntry.count({ where: { entityId: String(id) } })).toBe(1);
  });

  it("is refused when it is empty or endless", async () => {
    for (const idempotencyKey of ["", "k".repeat(201)]) {
      const request = {
        path: "/api/leads/bulk-update",
        body: { lead_ids: ids, updates: { priority: "high" } },
        idempotencyKey,
      };
      const before = await watch.digest();
      const refusal = { status: 400, code: "invalid_idempotency_key", says: /1 to 200 characters/ };
      expectRefusal(await sendBad(request, manager), refusal);
      expect(await watch.digest()).toEqual(before);
    }
  });
});
