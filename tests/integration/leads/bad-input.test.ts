import { beforeAll, describe, expect, it } from "vitest";
import { type BadCase, databaseWatch, refuses } from "@/tests/support/bad-input";
import { createAgent, type TestAgent } from "@/tests/support/factories/agents";
import { createLead } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { testHouse } from "@/tests/support/test-house";

const house = testHouse();
const watch = databaseWatch(house);
const NOBODY = "019aa000-0000-7000-8000-000000000000";

let manager: TestUser;
let agent: TestAgent;
let other: TestAgent;
let disabled: TestAgent;
let offline: TestAgent;
let full: TestAgent;
let leads: { free: string; owned: string; closed: string; removed: string; others: string };

beforeAll(async () => {
  const { db } = house;
  manager = await createManager(db);
  agent = await createAgent(db, { maxCapacity: 10 });
  other = await createAgent(db);
  disabled = await createAgent(db);
  offline = await createAgent(db, { availability: "offline", name: "Nils Away" });
  full = await createAgent(db, { maxCapacity: 0, name: "Fay Full" });
  await db.user.update({ where: { id: disabled.userId }, data: { disabledAt: new Date() } });
  leads = {
    free: await createLead(db),
    owned: await createLead(db, { assignedTo: agent.agentId }),
    closed: await createLead(db, { disposition: "not_interested" }),
    removed: await createLead(db, { deletedAt: new Date() }),
    others: await createLead(db, { assignedTo: other.agentId }),
  };
});

const world = { manager: () => manager, watch };
const shape = (says: RegExp, field: string) => ({ status: 400, code: "invalid_request", says, field });

describe("the watch over the database", () => {
  it("sees one changed value and one more row, whatever table they are in, and nothing where nothing is", async () => {
    const before = await watch.digest();
    expect(Object.keys(before)).toEqual(
      expect.arrayContaining([
        "leads",
        "agents",
        "audit_log",
        "bulk_plans",
        "lead_reservations",
        "live_events",
        "teams",
      ]),
    );
    expect(await watch.digest()).toEqual(before);
    await house.db.lead.update({ where: { id: leads.free }, data: { touchedAt: new Date() } });
    await house.db.leadActivity.create({ data: { leadId: leads.free, type: "note", actorLabel: "x" } });
    const after = await watch.digest();
    const differing = Object.keys(after).filter((table) => after[table] !== before[table]);
    expect(differing.sort()).toEqual(["lead_activities", "leads"]);
  });
});

describe("POST /api/leads/{leadId}/assign refuses", () => {
  const assign =
    (body: () => unknown, leadId: () => string = () => leads.free) =>
    () => ({
      path: `/api/leads/${leadId()}/assign`,
      body: body(),
    });
  const to = (email: () => string) => assign(() => ({ agent_email: email() }));
  const cases: BadCase[] = [
    ["no agent", assign(() => ({})), shape(/agent_email: is required/, "agent_email")],
    [
      "an agent that is no e-mail",
      assign(() => ({ agent_email: "Ava" })),
      shape(/agent_email: must be an e-mail/, "agent_email"),
    ],
    [
      "an agent that is a number",
      assign(() => ({ agent_email: 7 })),
      shape(/must be text, not a number/, "agent_email"),
    ],
    [
      "an agent that is a list",
      assign(() => ({ agent_email: ["a@b.test"] })),
      shape(/must be text, not a list/, "agent_email"),
    ],
    [
      "an unknown agent",
      to(() => "nobody@evenhand.test"),
      { status: 404, code: "agent_not_found", says: /no agent nobody@evenhand\.test/ },
    ],
    [
      "a manager as agent",
      to(() => manager.email),
      { status: 404, code: "agent_not_found", says: /no agent manager-/ },
    ],
    [
      "an agent who was switched off",
      to(() => disabled.email),
      { status: 409, code: "agent_unavailable", says: /switched off|disabled/ },
    ],
    [
      "a switched-off agent even with an override",
      assign(() => ({ agent_email: disabled.email, override_capacity: true, reason: "holiday" })),
      { status: 409, code: "agent_unavailable", says: /switched off|disabled/ },
    ],
    ["an agent who is offline", to(() => offline.email), { status: 409, code: "agent_unavailable", says: /offline/ }],
    [
      "an agent without room",
      to(() => full.email),
      { status: 409, code: "capacity_exceeded", says: /Fay Full has 0 of 0|Fay Full.*room|full/i },
    ],
    [
      "an override without a reason",
      assign(() => ({ agent_email: full.email, override_capacity: true })),
      shape(/reason: say why/, "reason"),
    ],
    [
      "an override with an empty reason",
      assign(() => ({ agent_email: full.email, override_capacity: true, reason: "  " })),
      shape(/reason: must not be empty/, "reason"),
    ],
    [
      "an override that is text",
      assign(() => ({ agent_email: full.email, override_capacity: "true", reason: "x" })),
      shape(/must be true or false, not text/, "override_capacity"),
    ],
    [
      "an unknown priority",
      assign(() => ({ agent_email: agent.email, priority: "HIGH" })),
      shape(/priority: must be one of normal, high, urgent/, "priority"),
    ],
    [
      "an unknown field",
      assign(() => ({ agent_email: agent.email, colour: "red" })),
      shape(/colour: is not known here/, "colour"),
    ],
    [
      "a note of 10,001 characters",
      assign(() => ({ agent_email: agent.email, notes: "x".repeat(10_001) })),
      shape(/notes: must have at most 10,000 characters/, "notes"),
    ],
    [
      "an unknown lead",
      assign(
        () => ({ agent_email: agent.email }),
        () => NOBODY,
      ),
      { status: 404, code: "not_found", says: /This lead/ },
    ],
    [
      "a lead id that is none",
      assign(
        () => ({ agent_email: agent.email }),
        () => "%00'--",
      ),
      { status: 404, code: "not_found", says: /This lead/ },
    ],
    [
      "a removed lead",
      assign(
        () => ({ agent_email: agent.email }),
        () => leads.removed,
      ),
      { status: 404, code: "not_found", says: /This lead/ },
    ],
    [
      "a closed lead",
      assign(
        () => ({ agent_email: agent.email }),
        () => leads.closed,
      ),
      { status: 409, code: "lead_closed", says: /closed.*Reopen/ },
    ],
    [
      "a lead somebody has",
      assign(
        () => ({ agent_email: other.email }),
        () => leads.owned,
      ),
      { status: 409, code: "already_assigned", says: /Reassign/ },
    ],
    [
      "an agent asking",
      () => ({ path: `/api/leads/${leads.free}/assign`, as: agent, body: { agent_email: agent.email } }),
      { status: 403, code: "forbidden", says: /role/ },
    ],
  ];
  refuses(cases, world);
});

describe("PUT /api/leads/{leadId}/reassign refuses", () => {
  const reassign =
    (body: () => unknown, leadId: () => string = () => leads.owned) =>
    () => ({
      method: "PUT" as const,
      path: `/api/leads/${leadId()}/reassign`,
      body: body(),
    });
  const to = (email: () => string) => reassign(() => ({ new_agent: email(), reason: "balance" }));
  const cases: BadCase[] = [
    ["no reason", reassign(() => ({ new_agent: other.email })), shape(/reason: is required/, "reason")],
    [
      "a reason of spaces that cannot be seen",
      reassign(() => ({ new_agent: other.email, reason: "\u200b\u200d" })),
      shape(/reason: must have at least one visible/, "reason"),
    ],
    [
      "an override, which it does not have",
      reassign(() => ({ new_agent: full.email, reason: "x", override_capacity: true })),
      shape(/override_capacity: is not known here/, "override_capacity"),
    ],
    [
      "an unknown agent",
      to(() => "nobody@evenhand.test"),
      { status: 404, code: "agent_not_found", says: /nobody@evenhand/ },
    ],
    ["an agent without room", to(() => full.email), { status: 409, code: "capacity_exceeded", says: /Fay Full/ }],
    ["an agent who is offline", to(() => offline.email), { status: 409, code: "agent_unavailable", says: /offline/ }],
    [
      "a lead nobody has",
      reassign(
        () => ({ new_agent: other.email, reason: "x" }),
        () => leads.free,
      ),
      { status: 409, code: "not_assigned", says: /Assign it instead/ },
    ],
  ];
  refuses(cases, world);
});

describe("POST /api/leads refuses", () => {
  const create = (change: Record<string, unknown>) => () => ({
    path: "/api/leads",
    body: { name: "Ann", phone: "+15552000001", ...change },
  });
  const cases: BadCase[] = [
    ["an empty name", create({ name: "" }), shape(/name: must not be empty/, "name")],
    ["a name of spaces", create({ name: " \u00a0\t\n " }), shape(/name: must not be empty/, "name")],
    ["a name nobody sees", create({ name: "\u200b\u2060" }), shape(/name: must have at least one visible/, "name")],
    ["a name of 201 characters", create({ name: "n".repeat(201) }), shape(/name: must have at most 200/, "name")],
    ["a name that is null", create({ name: null }), shape(/name: must be text, not null/, "name")],
    [
      "a name with a null byte",
      create({ name: "An\0n" }),
      { status: 400, code: "invalid_text", says: /name: holds a null byte/, field: "name" },
    ],
    [
      "a tag with half a surrogate pair",
      create({ tags: ["hot", "\ud800"] }),
      { status: 400, code: "invalid_text", says: /tags\.1: holds half a surrogate pair/, field: "tags.1" },
    ],
    ["a phone that is none", create({ phone: "call me" }), shape(/phone: is not a phone number/, "phone")],
    ["a phone that is a number", create({ phone: 15_552_000_001 }), shape(/phone: must be text/, "phone")],
    ["an e-mail that is none", create({ email: "ann@" }), shape(/email: must be an e-mail/, "email")],
    [
      "51 tags",
      create({ tags: Array.from({ length: 51 }, (_, n) => `t${n}`) }),
      shape(/tags: must have at most 50 entries/, "tags"),
    ],
    [
      "a tag of 10,000 characters",
      create({ tags: ["t".repeat(10_000)] }),
      shape(/tags\.0: must have at most 40 characters/, "tags.0"),
    ],
    ["an empty tag", create({ tags: ["hot", " "] }), shape(/tags\.1: must not be empty/, "tags.1")],
    ["tags that are one text", create({ tags: "hot" }), shape(/tags: must be a list, not text/, "tags")],
    [
      "half a million tags",
      create({ tags: Array.from({ length: 500_000 }, () => 1) }),
      shape(/tags: must have at most 50 entries/, "tags"),
    ],
    [
      "who it is assigned to",
      create({ assigned_agent: "a@b.test" }),
      shape(/assigned_agent: is not known/, "assigned_agent"),
    ],
  ];
  refuses(cases, world);
});

describe("PATCH, DELETE, notes and the timeline of a lead refuse", () => {
  const patch =
    (body: unknown, leadId: () => string = () => leads.free) =>
    () => ({
      method: "PATCH" as const,
      path: `/api/leads/${leadId()}`,
      body,
    });
  const cases: BadCase[] = [
    ["nothing to change", patch({}), { status: 400, code: "invalid_request", says: /name at least one field/ }],
    [
      "only a version",
      patch({ version: 1 }),
      { status: 400, code: "invalid_request", says: /name at least one field/ },
    ],
    [
      "a version that is text",
      patch({ name: "B", version: "1" }),
      shape(/version: must be a number, not text; write it without quotes/, "version"),
    ],
    ["a version with a fraction", patch({ name: "B", version: 1.5 }), shape(/version: must be a whole/, "version")],
    [
      "an old version",
      patch({ name: "B", version: 99 }),
      { status: 409, code: "version_conflict", says: /changed this lead since/ },
    ],
    [
      "a disposition that does not exist",
      patch({ disposition: ".*" }),
      { status: 422, code: "unknown_disposition", says: /no disposition \.\*/ },
    ],
    [
      "a lead of somebody else, for an agent",
      () => ({ method: "PATCH", path: `/api/leads/${leads.others}`, as: agent, body: { name: "Mine" } }),
      { status: 404, code: "not_found", says: /This lead/ },
    ],
    [
      "removal by an agent",
      () => ({ method: "DELETE", path: `/api/leads/${leads.owned}`, as: agent }),
      { status: 403, code: "forbidden", says: /role/ },
    ],
    [
      "removal of a lead that is gone",
      () => ({ method: "DELETE", path: `/api/leads/${leads.removed}` }),
      { status: 404, code: "not_found", says: /This lead/ },
    ],
    [
      "an empty note",
      () => ({ path: `/api/leads/${leads.free}/notes`, body: { text: "\n" } }),
      shape(/text: must not be empty/, "text"),
    ],
    [
      "a note on a lead of somebody else, by an agent",
      () => ({ path: `/api/leads/${leads.others}/notes`, as: agent, body: { text: "hello" } }),
      { status: 404, code: "not_found", says: /This lead/ },
    ],
    [
      "a timeline's cursor that was edited",
      () => ({ method: "GET", path: `/api/leads/${leads.free}/activity?cursor=AAAAAAAAAAAAAAAAAAAAAAAAA` }),
      { status: 400, code: "invalid_cursor", says: /Begin again without a cursor/ },
    ],
  ];
  refuses(cases, world);
});

describe("GET /api/leads refuses", () => {
  const get = (query: string) => () => ({ method: "GET" as const, path: `/api/leads?${query}` });
  const cases: BadCase[] = [
    ["a page of none", get("limit=0"), shape(/limit: must be at least 1/, "limit")],
    ["a page of 501", get("limit=501"), shape(/limit: must be at most 500/, "limit")],
    ["a page of -5", get("limit=-5"), shape(/limit: must be at least 1/, "limit")],
    ["a page of 1.5", get("limit=1.5"), shape(/limit: must be a whole number/, "limit")],
    ["a page of words", get("limit=many"), shape(/limit: must be a number/, "limit")],
    ["an unknown sort", get("sort=password"), shape(/sort: must be one of created_at/, "sort")],
    ["a search of 201 characters", get(`q=${"x".repeat(201)}`), shape(/q: must have at most 200/, "q")],
    ["a null byte in the search", get("q=a%00b"), { status: 400, code: "invalid_text", says: /null byte/, field: "q" }],
    [
      "a null byte in the agent",
      get("assigned_agent=%00"),
      { status: 400, code: "invalid_text", says: /null byte/, field: "assigned_agent" },
    ],
    ["an unknown parameter", get("page=2"), shape(/page: is not known here/, "page")],
    ["an empty cursor", get("cursor="), { status: 400, code: "invalid_cursor", says: /Begin again/ }],
    [
      "an invented cursor",
      get("cursor=bm90LWEtY3Vyc29yLWF0LWFsbA"),
      { status: 400, code: "invalid_cursor", says: /Begin again/ },
    ],
  ];
  refuses(cases, world);
});
