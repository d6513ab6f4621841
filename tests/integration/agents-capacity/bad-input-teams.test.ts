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
let agent: TestAgent;
let team: string;
let lead: string;

beforeAll(async () => {
  manager = await createManager(house.db);
  agent = await createAgent(house.db);
  lead = await createLead(house.db, { assignedTo: agent.agentId });
  const made = await client(manager).post<{ team_id: string }>("/api/teams", { name: "North", agents: [agent.email] });
  await client(manager).post("/api/teams", { name: "South" });
  team = made.body.team_id;
});

const world = { manager: () => manager, watch };
const shape = (says: RegExp, field?: string) => ({
  status: 400,
  code: "invalid_request",
  says,
  ...(field === undefined ? {} : { field }),
});
const forbidden = { status: 403, code: "forbidden", says: /role|may not/ };
const gone = { status: 404, code: "not_found", says: /team does not exist/ };
const taken = { status: 409, code: "team_name_taken", says: /called South already/ };

describe("making a team refuses", () => {
  const make = (body: object) => (): BadRequest => ({ path: "/api/teams", body });
  const cases: BadCase[] = [
    ["no name", make({}), shape(/name: is required/, "name")],
    ["a name of spaces", make({ name: " " }), shape(/name: must not be empty/, "name")],
    ["a name of 81 characters", make({ name: "n".repeat(81) }), shape(/name: must have at most 80/, "name")],
    ["a name that is taken", make({ name: "South" }), taken],
    ["a name that is taken but for its letters", make({ name: " SOUTH " }), { ...taken, says: /already/ }],
    ["agents as one text", make({ name: "East", agents: "a@b.test" }), shape(/agents: must be a list/, "agents")],
    ["an agent that is no e-mail", make({ name: "East", agents: ["Ava"] }), shape(/agents\.0: must be an e-mail/)],
    [
      "unknown agents",
      make({ name: "East", agents: ["x@evenhand.test"] }),
      { status: 404, code: "agent_not_found", says: /x@evenhand\.test/ },
    ],
    [
      "1,001 agents",
      make({ name: "East", agents: Array.from({ length: 1_001 }, (_, n) => `a${n}@evenhand.test`) }),
      shape(/agents: must have at most 1,000/, "agents"),
    ],
    ["a lead, which it does not have", make({ name: "East", lead: "x" }), shape(/lead: is not known here/, "lead")],
    ["an agent asking", () => ({ ...make({ name: "East" })(), as: agent }), forbidden],
  ];
  refuses(cases, world);
});

describe("changing or deleting a team refuses", () => {
  const change =
    (body: object, id: () => string = () => team) =>
    (): BadRequest => ({
      method: "PATCH",
      path: `/api/teams/${id()}`,
      body,
    });
  const cases: BadCase[] = [
    ["nothing to change", change({}), shape(/name/)],
    ["a name that is taken", change({ name: "South" }), taken],
    ["an unknown team", change({ name: "West" }, () => NOBODY), gone],
    ["an id that is none", change({ name: "West" }, () => "%00"), gone],
    [
      "unknown agents",
      change({ agents: ["x@evenhand.test"] }),
      { status: 404, code: "agent_not_found", says: /x@even/ },
    ],
    ["an agent asking", () => ({ ...change({ name: "Mine" })(), as: agent }), forbidden],
    ["deleting an unknown team", () => ({ method: "DELETE", path: `/api/teams/${NOBODY}` }), gone],
    ["deleting by an agent", () => ({ method: "DELETE", path: `/api/teams/${team}`, as: agent }), forbidden],
  ];
  refuses(cases, world);
});

describe("giving a lead to a team refuses", () => {
  const give = (name: unknown, by?: () => TestAgent) => (): BadRequest => ({
    method: "PATCH",
    path: `/api/leads/${lead}`,
    body: { team: name },
    ...(by ? { as: by() } : {}),
  });
  const cases: BadCase[] = [
    ["a team that does not exist", give("West"), { status: 422, code: "unknown_team", says: /no team West/ }],
    ["a number", give(5), shape(/team: must be text, not a number/, "team")],
    ["an empty name", give(""), shape(/team: must not be empty/, "team")],
    ["an agent asking", give("North", () => agent), { status: 403, code: "forbidden", says: /may not change team/ }],
    [
      "a new lead of a team that does not exist",
      () => ({ path: "/api/leads", body: { name: "Ann", phone: "+15552000001", team: "West" } }),
      { status: 422, code: "unknown_team", says: /no team West/ },
    ],
  ];
  refuses(cases, world);
});
