import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  type BadCase,
  type BadRequest,
  databaseWatch,
  expectRefusal,
  refuses,
  sendBad,
} from "@/tests/support/bad-input";
import { createAgent, type TestAgent } from "@/tests/support/factories/agents";
import { createLeads } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { client } from "@/tests/support/http";
import { testHouse } from "@/tests/support/test-house";

const house = testHouse();
const watch = databaseWatch(house);
const NOBODY = "019aa000-0000-7000-8000-000000000000";
const PLANS = "/api/bulk-plans";

let manager: TestUser;
let colleague: TestUser;
let agent: TestAgent;
let ids: string[];

beforeAll(async () => {
  manager = await createManager(house.db);
  colleague = await createManager(house.db, { name: "Cora Colleague" });
  agent = await createAgent(house.db);
  ids = await createLeads(house.db, 3);
});

const world = { manager: () => manager, watch };
const shape = (says: RegExp, field?: string) => ({
  status: 400,
  code: "invalid_request",
  says,
  ...(field === undefined ? {} : { field }),
});
const noPlan = { status: 404, code: "not_found", says: /plan does not exist/ };
const notYours = { status: 403, code: "not_your_plan", says: /plan/ };

interface PlanAnswer {
  plan: { plan_id: string; state: string; counts: { total: number } };
}

/** A plan that is ready, over leads of its own; answers its id. */
async function ready(change: object = { priority: "high" }, by: TestUser = manager): Promise<string> {
  const lead_ids = await createLeads(house.db, 3);
  const answer = await client(by).post<PlanAnswer>(PLANS, { kind: "update", lead_ids, updates: change });
  expect(answer).toMatchObject({ status: 201, body: { plan: { state: "ready" } } });
  return answer.body.plan.plan_id;
}

const act = (planId: string, action: string, body: unknown = {}, by: TestUser = manager) =>
  client(by).post<PlanAnswer>(`${PLANS}/${planId}/${action}`, action === "cancel" ? undefined : body);

describe("POST /api/bulk-plans refuses", () => {
  const plan = (body: () => Record<string, unknown>) => (): BadRequest => ({ path: PLANS, body: body() });
  const updating = (more: object) =>
    plan(() => ({ kind: "update", lead_ids: ids, updates: { priority: "high" }, ...more }));
  const assigning = (more: object) =>
    plan(() => ({ kind: "assign", lead_ids: ids, assignment_strategy: "round_robin", ...more }));
  const cases: BadCase[] = [
    ["no kind", plan(() => ({ lead_ids: ids })), shape(/kind: (is required|must be one of)/, "kind")],
    [
      "an undo, which is asked of a plan",
      updating({ kind: "undo" }),
      shape(/kind: must be one of update, edits, assign/, "kind"),
    ],
    ["an update of nothing", updating({ updates: undefined }), shape(/updates: an update says what/, "updates")],
    ["an update with agents", updating({ agents: ["a@b.test"] }), shape(/agents: only an assignment/, "agents")],
    ["an update with a strategy", updating({ assignment_strategy: "manual" }), shape(/assignment_strategy|agents/)],
    ["an assignment without a strategy", assigning({ assignment_strategy: undefined }), shape(/names its strategy/)],
    [
      "an assignment with updates",
      assigning({ updates: { priority: "high" } }),
      shape(/updates: an update says/, "updates"),
    ],
    ["an assignment with notes", assigning({ notes: "hello" }), shape(/notes: only an update/, "notes")],
    ["a split of round_robin", assigning({ agents: ["a@b.test"], split: [1] }), shape(/split: only manual/, "split")],
    [
      "tags set and added at once",
      updating({ updates: { tags: ["a"], add_tags: ["b"] } }),
      shape(/updates\.tags: give either/, "updates.tags"),
    ],
    [
      "no tags to add",
      updating({ updates: { add_tags: [] } }),
      shape(/updates\.add_tags: must not be empty/, "updates.add_tags"),
    ],
    [
      "51 tags to remove",
      updating({ updates: { remove_tags: Array.from({ length: 51 }, (_, n) => `t${n}`) } }),
      shape(/updates\.remove_tags: must have at most 50/, "updates.remove_tags"),
    ],
    [
      "a way of refusing there is not",
      updating({ on_changed: "ask" }),
      shape(/on_changed: must be one of skip, refuse/),
    ],
    [
      "a disposition that does not exist",
      updating({ updates: { disposition: "sold" } }),
      { status: 422, code: "unknown_disposition", says: /no disposition sold/ },
    ],
    [
      "unknown agents",
      assigning({ agents: ["x@evenhand.test"] }),
      { status: 404, code: "agent_not_found", says: /x@evenhand\.test/ },
    ],
    ["an agent asking", () => ({ ...updating({})(), as: agent }), { status: 403, code: "forbidden", says: /role/ }],
  ];
  refuses(cases, world);
});

describe("a plan's pages refuse", () => {
  let plan: string;
  let other: string;
  let foreign: string;
  beforeAll(async () => {
    plan = await ready();
    other = await ready();
    foreign = await ready({ source: "fair" }, colleague);
  });
  const get = (path: () => string) => (): BadRequest => ({ method: "GET", path: `${PLANS}${path()}` });
  const cases: BadCase[] = [
    ["an unknown plan", get(() => `/${NOBODY}`), noPlan],
    ["an id that is none", get(() => "/%00"), noPlan],
    ["an id with something added", get(() => `/${plan}x`), noPlan],
    ["rows of an unknown plan", get(() => `/${NOBODY}/rows`), noPlan],
    ["rows of a status there is not", get(() => `/${plan}/rows?status=odd`), shape(/status: must be one of/, "status")],
    ["a page of 501 rows", get(() => `/${plan}/rows?limit=501`), shape(/limit: must be at most 500/, "limit")],
    [
      "a cursor that was invented",
      get(() => `/${plan}/rows?cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA`),
      { status: 400, code: "invalid_cursor", says: /Begin again/ },
    ],
    [
      "a list's cursor that was invented",
      get(() => "?cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
      { status: 400, code: "invalid_cursor", says: /Begin again/ },
    ],
    ["an agent", () => ({ ...get(() => `/${plan}`)(), as: agent }), { status: 403, code: "forbidden", says: /role/ }],
    ["applying an unknown plan", () => ({ path: `${PLANS}/${NOBODY}/apply`, body: {} }), noPlan],
    ["cancelling an unknown plan", () => ({ path: `${PLANS}/${NOBODY}/cancel` }), noPlan],
    ["undoing an unknown plan", () => ({ path: `${PLANS}/${NOBODY}/undo`, body: {} }), noPlan],
    [
      "applying with an unknown field",
      () => ({ path: `${PLANS}/${plan}/apply`, body: { force: true } }),
      shape(/force/, "force"),
    ],
    ["applying a colleague's plan", () => ({ path: `${PLANS}/${foreign}/apply`, body: {} }), notYours],
    ["cancelling a colleague's plan", () => ({ path: `${PLANS}/${foreign}/cancel` }), notYours],
    ["undoing a colleague's plan", () => ({ path: `${PLANS}/${foreign}/undo`, body: {} }), notYours],
    [
      "undoing a plan that was never applied",
      () => ({ path: `${PLANS}/${plan}/undo`, body: {} }),
      { status: 409, code: "plan_not_applied", says: /written nothing/ },
    ],
  ];
  refuses(cases, world);

  it("a cursor of another plan", async () => {
    const first = await client(manager).get<{ next_cursor: string }>(`${PLANS}/${other}/rows?limit=1`);
    expect(first.body.next_cursor).toEqual(expect.any(String));
    const request = { method: "GET" as const, path: `${PLANS}/${plan}/rows?limit=1&cursor=${first.body.next_cursor}` };
    expectRefusal(await sendBad(request, manager), { status: 400, code: "invalid_cursor", says: /Begin again/ });
  });
});

describe("a plan's end", () => {
  let plan: string;
  beforeEach(async () => {
    plan = await ready();
  });
  const refused = async (
    action: string,
    refusal: { status: number; code: string; says: RegExp },
    body: unknown = {},
  ) => {
    const before = await watch.digest();
    const path = `${PLANS}/${plan}/${action}`;
    expectRefusal(await sendBad({ path, ...(action === "cancel" ? {} : { body }) }, manager), refusal);
    expect(await watch.digest()).toEqual(before);
  };

  it("comes once: it is not applied a second time", async () => {
    expect(await act(plan, "apply")).toMatchObject({ status: 200, body: { plan: { state: "done" } } });
    await refused("apply", { status: 409, code: "plan_already_applied", says: /already|was applied/ });
  });

  it("comes once, too, when five apply it at the same time", async () => {
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => act(plan, "apply")));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409]);
    const rows = await client(manager).get<{ rows: { lead_id: string; status: string }[] }>(`${PLANS}/${plan}/rows`);
    for (const { lead_id, status } of rows.body.rows) {
      expect(status).toBe("changed");
      expect(await house.db.auditEntry.count({ where: { entityId: lead_id } })).toBe(1);
    }
  });

  it("is not followed by Apply when it was cancelled, nor by Cancel when it is done", async () => {
    expect(await act(plan, "cancel")).toMatchObject({ status: 200, body: { plan: { state: "cancelled" } } });
    await refused("apply", { status: 409, code: "plan_ended", says: /cancelled/ });
    plan = await ready();
    await act(plan, "apply");
    await refused("cancel", { status: 409, code: "plan_already_applied", says: /applied already/ });
  });

  it("is undone once", async () => {
    await act(plan, "apply");
    expect((await act(plan, "undo")).status).toBe(200);
    await refused("undo", { status: 409, code: "plan_already_undone", says: /undone/ });
    await refused("undo", { status: 409, code: "plan_already_undone", says: /undone/ }, { preview: true });
  });

  it("is refused whole when asked to, once a row has changed since", async () => {
    const rows = await client(manager).get<{ rows: { lead_id: string }[] }>(`${PLANS}/${plan}/rows`);
    const lead = String(rows.body.rows[1]?.lead_id);
    await client(manager).patch(`/api/leads/${lead}`, { name: "Renamed meanwhile" });
    await refused(
      "apply",
      { status: 409, code: "plan_outdated", says: /previewed: 1\. Nothing was written/ },
      { on_changed: "refuse" },
    );
  });

  it("is not begun while it is being prepared", async () => {
    await house.db.bulkPlan.update({ where: { id: plan }, data: { state: "preparing" } });
    await refused("apply", { status: 409, code: "plan_not_ready", says: /prepar/ });
  });
});
