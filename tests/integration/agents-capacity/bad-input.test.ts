import { beforeAll, describe, expect, it } from "vitest";
import { type BadCase, databaseWatch, refuses } from "@/tests/support/bad-input";
import { createAgent, loadOf, type TestAgent } from "@/tests/support/factories/agents";
import { createLeads } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { client } from "@/tests/support/http";
import { testHouse } from "@/tests/support/test-house";

const house = testHouse();
const watch = databaseWatch(house);
let manager: TestUser;
let agent: TestAgent;

beforeAll(async () => {
  manager = await createManager(house.db);
  agent = await createAgent(house.db, { maxCapacity: 10 });
});

const world = { manager: () => manager, watch };
const capacity = (max_capacity: unknown) => () => ({
  method: "PUT" as const,
  path: `/api/agents/${agent.email}/capacity`,
  body: { max_capacity },
});
const raw = (rawBody: string) => () => ({
  method: "PUT" as const,
  path: `/api/agents/${agent.email}/capacity`,
  rawBody,
});
const wrong = (says: RegExp) => ({ status: 400, code: "invalid_request", says, field: "max_capacity" });

describe("PUT /api/agents/{agentId}/capacity refuses", () => {
  const cases: BadCase[] = [
    ["-1", capacity(-1), wrong(/max_capacity: must be at least 0/)],
    ["100,001", capacity(100_001), wrong(/max_capacity: must be at most 100,000/)],
    ["2^31", capacity(2 ** 31), wrong(/max_capacity: must be at most 100,000/)],
    ["2^53", capacity(2 ** 53), wrong(/max_capacity: must be at most 100,000\.$/)],
    ["1e400, which is more than a number holds", raw('{"max_capacity":1e400}'), wrong(/max_capacity: is too large/)],
    ["-1e400", raw('{"max_capacity":-1e400}'), wrong(/max_capacity: is too small/)],
    ["9.5", capacity(9.5), wrong(/max_capacity: must be a whole number/)],
    ['"10"', capacity("10"), wrong(/must be a number, not text; write it without quotes/)],
    ["an empty text", capacity(""), wrong(/must be a number, not text\./)],
    ["true", capacity(true), wrong(/must be a number, not true or false/)],
    ["null", capacity(null), wrong(/must be a number, not null/)],
    ["a list", capacity([10]), wrong(/must be a number, not a list/)],
    ["an object", capacity({ $gt: 0 }), wrong(/must be a number, not an object/)],
    [
      "nothing to change",
      () => ({ method: "PUT", path: `/api/agents/${agent.email}/capacity`, body: {} }),
      { status: 400, code: "invalid_request", says: /name max_capacity or availability/ },
    ],
    [
      "an availability that does not exist",
      () => ({ method: "PUT", path: `/api/agents/${agent.email}/capacity`, body: { availability: "on_call" } }),
      {
        status: 400,
        code: "invalid_request",
        says: /availability: must be one of active, busy, away, offline/,
        field: "availability",
      },
    ],
    [
      "open leads, which are counted, not set",
      () => ({ method: "PUT", path: `/api/agents/${agent.email}/capacity`, body: { max_capacity: 5, open_leads: 0 } }),
      { status: 400, code: "invalid_request", says: /open_leads: is not known here/, field: "open_leads" },
    ],
    [
      "an unknown agent",
      () => ({ method: "PUT", path: "/api/agents/nobody@evenhand.test/capacity", body: { max_capacity: 5 } }),
      { status: 404, code: "agent_not_found", says: /no agent nobody@evenhand\.test/ },
    ],
    [
      "a null byte for an agent",
      () => ({ method: "PUT", path: "/api/agents/%00/capacity", body: { max_capacity: 5 } }),
      { status: 404, code: "agent_not_found", says: /no agent/ },
    ],
    [
      "a manager, who is no agent",
      () => ({ method: "PUT", path: `/api/agents/${manager.email}/capacity`, body: { max_capacity: 5 } }),
      { status: 404, code: "agent_not_found", says: /no agent manager-/ },
    ],
    [
      "the agent itself asking",
      () => ({ method: "PUT", path: `/api/agents/${agent.email}/capacity`, as: agent, body: { max_capacity: 500 } }),
      { status: 403, code: "forbidden", says: /role/ },
    ],
  ];
  refuses(cases, world);
});

describe("a capacity at its edges", () => {
  const change = async (body: object) =>
    (await client(manager).put<{ agent: object }>(`/api/agents/${agent.email}/capacity`, body)).body.agent;

  it("is taken: none, and the most there is", async () => {
    expect(await change({ max_capacity: 100_000 })).toMatchObject({ max_capacity: 100_000 });
    expect(await change({ max_capacity: 0 })).toMatchObject({ max_capacity: 0 });
    expect(await change({ max_capacity: 10 })).toMatchObject({ max_capacity: 10 });
  });

  it("may lie below the load, which then stays and grows no more", async () => {
    const busy = await createAgent(house.db, { maxCapacity: 3 });
    const [lead] = await createLeads(house.db, 3, { assignedTo: busy.agentId });
    const [another] = await createLeads(house.db, 1);
    expect(lead).toBeDefined();
    const answer = await client(manager).put(`/api/agents/${busy.email}/capacity`, { max_capacity: 1 });
    expect(answer).toMatchObject({ status: 200, body: { agent: { max_capacity: 1, current_capacity: 3 } } });
    const before = await watch.digest();
    const refused = await client(manager).post(`/api/leads/${another}/assign`, { agent_email: busy.email });
    expect(refused).toMatchObject({ status: 409, body: { code: "capacity_exceeded" } });
    expect(refused.body.detail).toMatch(/3 open leads and a capacity of 1 \(2 over\)/);
    expect(await watch.digest()).toEqual(before);
    expect(await loadOf(house.db, busy.agentId)).toEqual({ openLeads: 3, counted: 3, max: 1 });
  });
});

describe("GET /api/agents refuses", () => {
  const get = (query: string) => () => ({ method: "GET" as const, path: `/api/agents?${query}` });
  const cases: BadCase[] = [
    [
      "a status that does not exist",
      get("status=ACTIVE"),
      { status: 400, code: "invalid_request", says: /status: must be one of active, busy/, field: "status" },
    ],
    [
      "a switch that is neither on nor off",
      get("include_capacity=maybe"),
      {
        status: 400,
        code: "invalid_request",
        says: /include_capacity: must be one of true, /,
        field: "include_capacity",
      },
    ],
    [
      "an unknown parameter",
      get("limit=5"),
      { status: 400, code: "invalid_request", says: /limit: is not known here/, field: "limit" },
    ],
  ];
  refuses(cases, world);
});
