import { beforeAll, describe } from "vitest";
import { type BadCase, type BadRequest, databaseWatch, refuses } from "@/tests/support/bad-input";
import { createAgent, type TestAgent } from "@/tests/support/factories/agents";
import { createLead } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { client } from "@/tests/support/http";
import { testHouse } from "@/tests/support/test-house";

const house = testHouse();
const watch = databaseWatch(house);
const NOBODY = "019aa000-0000-7000-8000-000000000000";

let manager: TestUser;
let colleague: TestUser;
let agent: TestAgent;
let other: TestAgent;
let leads: Record<"one" | "two" | "locked" | "merged" | "survivor" | "removed", string>;

beforeAll(async () => {
  const { db } = house;
  manager = await createManager(db);
  colleague = await createManager(db, { name: "Cora Colleague" });
  agent = await createAgent(db);
  other = await createAgent(db);
  leads = {
    one: await createLead(db),
    two: await createLead(db),
    locked: await createLead(db, { assignedTo: agent.agentId }),
    merged: await createLead(db),
    survivor: await createLead(db, { name: "Sue Survivor" }),
    removed: await createLead(db, { deletedAt: new Date() }),
  };
  await client(colleague).post(`/api/leads/${leads.locked}/lock`, { reason: "in litigation" });
  await client(manager).post(`/api/leads/${leads.survivor}/merge`, { other_lead_id: leads.merged });
});

const world = { manager: () => manager, watch };
const shape = (says: RegExp, field: string) => ({ status: 400, code: "invalid_request", says, field });
const gone = { status: 404, code: "not_found", says: /lead does not exist/ };

describe("locking refuses", () => {
  const lock =
    (body: unknown, lead: () => string = () => leads.one) =>
    (): BadRequest => ({
      path: `/api/leads/${lead()}/lock`,
      body,
    });
  const cases: BadCase[] = [
    ["no reason", lock({}), shape(/reason: is required/, "reason")],
    ["a reason of spaces", lock({ reason: "  " }), shape(/reason: must not be empty/, "reason")],
    ["a reason of 501 characters", lock({ reason: "r".repeat(501) }), shape(/reason: must have at most 500/, "reason")],
    ["an until, which it does not have", lock({ reason: "x", until: "2027" }), shape(/until: is not known/, "until")],
    ["an unknown lead", lock({ reason: "x" }, () => NOBODY), gone],
    ["a lead id that is none", lock({ reason: "x" }, () => "%00"), gone],
    ["a removed lead", lock({ reason: "x" }, () => leads.removed), gone],
    [
      "a lead that a colleague has locked",
      lock({ reason: "mine" }, () => leads.locked),
      { status: 409, code: "already_locked", says: /has locked this lead \("in litigation"\)\. Unlock/ },
    ],
    [
      "an agent asking",
      () => ({ ...lock({ reason: "x" })(), as: agent }),
      { status: 403, code: "forbidden", says: /role/ },
    ],
    ["unlocking an unknown lead", () => ({ method: "DELETE", path: `/api/leads/${NOBODY}/lock` }), gone],
  ];
  refuses(cases, world);
});

describe("merging refuses", () => {
  const merge =
    (body: () => Record<string, unknown>, lead: () => string = () => leads.one) =>
    (): BadRequest => ({
      path: `/api/leads/${lead()}/merge`,
      body: body(),
    });
  const into = (more: object) => merge(() => ({ other_lead_id: leads.two, ...more }));
  const cases: BadCase[] = [
    ["nothing to merge with", merge(() => ({})), shape(/other_lead_id: is required/, "other_lead_id")],
    ["a number", merge(() => ({ other_lead_id: 5 })), shape(/other_lead_id: must be text/, "other_lead_id")],
    ["an unknown lead", merge(() => ({ other_lead_id: NOBODY })), { ...gone, says: /other lead does not exist/ }],
    ["an id that is none", merge(() => ({ other_lead_id: "%" })), { ...gone, says: /other lead does not exist/ }],
    ["a removed lead", merge(() => ({ other_lead_id: leads.removed })), { ...gone, says: /other lead does not exist/ }],
    [
      "itself, in other letters",
      merge(() => ({ other_lead_id: leads.one.toUpperCase() })),
      { status: 422, code: "same_lead", says: /with itself/ },
    ],
    ["a field it does not have", into({ keep: { notes: "other" } }), shape(/keep/, "keep.notes")],
    [
      "a side there is not",
      into({ keep: { name: "both" } }),
      shape(/keep\.name: must be one of this, other/, "keep.name"),
    ],
    ["an old version", into({ version: 7 }), { status: 409, code: "version_conflict", says: /changed this lead/ }],
    [
      "an old version of the other",
      into({ other_version: 7 }),
      { status: 409, code: "version_conflict", says: /changed this lead/ },
    ],
    [
      "a locked lead",
      merge(() => ({ other_lead_id: leads.locked })),
      { status: 409, code: "lead_locked", says: /locked by .* \("in litigation"\)\. Unlock/ },
    ],
    [
      "a locked survivor",
      merge(
        () => ({ other_lead_id: leads.one }),
        () => leads.locked,
      ),
      { status: 409, code: "lead_locked", says: /locked by .* \("in litigation"\)\. Unlock/ },
    ],
    [
      "a lead that is part of another",
      merge(() => ({ other_lead_id: leads.merged })),
      { status: 409, code: "other_merged", says: /part of a third/ },
    ],
    [
      "a survivor that is part of another",
      merge(
        () => ({ other_lead_id: leads.one }),
        () => leads.merged,
      ),
      { status: 410, code: "lead_merged", says: /part of Sue Survivor now/ },
    ],
    [
      "taking apart what was never merged",
      () => ({ path: `/api/leads/${leads.one}/unmerge` }),
      { status: 409, code: "not_merged", says: /part of no other/ },
    ],
    ["taking apart an unknown lead", () => ({ path: `/api/leads/${NOBODY}/unmerge` }), gone],
  ];
  refuses(cases, world);
});

describe("a merged or locked lead refuses", () => {
  const merged = { status: 410, code: "lead_merged", says: /part of Sue Survivor now/ };
  const locked = { status: 409, code: "lead_locked", says: /locked by .* \("in litigation"\)\. Unlock/ };
  const cases: BadCase[] = [
    ["to be read when merged", () => ({ method: "GET", path: `/api/leads/${leads.merged}` }), merged],
    [
      "a patch when merged",
      () => ({ method: "PATCH", path: `/api/leads/${leads.merged}`, body: { name: "x" } }),
      merged,
    ],
    [
      "assignment when merged",
      () => ({ path: `/api/leads/${leads.merged}/assign`, body: { agent_email: agent.email } }),
      merged,
    ],
    [
      "to be told of to an agent when merged",
      () => ({ method: "GET", path: `/api/leads/${leads.merged}`, as: agent }),
      merged,
    ],
    [
      "reassignment when locked",
      () => ({
        method: "PUT",
        path: `/api/leads/${leads.locked}/reassign`,
        body: { new_agent: other.email, reason: "x" },
      }),
      locked,
    ],
    ["removal when locked", () => ({ method: "DELETE", path: `/api/leads/${leads.locked}` }), locked],
    ["restoring an unknown lead", () => ({ path: `/api/leads/${NOBODY}/restore` }), gone],
    ["restoring a merged lead", () => ({ path: `/api/leads/${leads.merged}/restore` }), { ...merged, says: /part of/ }],
  ];
  refuses(cases, world);
});

describe("the timeline refuses", () => {
  const get = (query: string) => () => ({ method: "GET" as const, path: `/api/leads/${leads.one}/activity?${query}` });
  const cases: BadCase[] = [
    ["a kind that does not exist", get("type=note,gossip"), shape(/type\.1: must be one of/, "type.1")],
    ["no kind", get("type="), shape(/type\.0: must be one of/, "type.0")],
    ["a page of none", get("limit=0"), shape(/limit: must be at least 1/, "limit")],
  ];
  refuses(cases, world);
});

describe("renaming and removing tags refuse", () => {
  const rename = (body: object) => (): BadRequest => ({ path: "/api/tags/rename", body });
  const remove = (body: object) => (): BadRequest => ({ path: "/api/tags/remove", body });
  const cases: BadCase[] = [
    ["nothing to rename", rename({}), shape(/from: is required/, "from")],
    ["no new name", rename({ from: "hot" }), shape(/to: is required/, "to")],
    ["a new name of spaces", rename({ from: "hot", to: "  " }), shape(/to: must not be empty/, "to")],
    [
      "a new name of 10,000 characters",
      rename({ from: "hot", to: "t".repeat(10_000) }),
      shape(/to: must have at/, "to"),
    ],
    [
      "a new name nobody sees",
      rename({ from: "hot", to: "\u200b" }),
      shape(/to: must have at least one visible/, "to"),
    ],
    [
      "a new name with a null byte",
      rename({ from: "hot", to: "a\0b" }),
      { status: 400, code: "invalid_text", says: /to: holds a null byte/, field: "to" },
    ],
    ["the same name", rename({ from: "hot", to: " hot " }), { status: 422, code: "same_tag", says: /the same/ }],
    ["no tag to remove", remove({}), shape(/tag: is required/, "tag")],
    ["many tags to remove", remove({ tag: ["a", "b"] }), shape(/tag: must be text, not a list/, "tag")],
    [
      "an agent asking",
      () => ({ ...remove({ tag: "hot" })(), as: agent }),
      { status: 403, code: "forbidden", says: /role/ },
    ],
  ];
  refuses(cases, world);
});
