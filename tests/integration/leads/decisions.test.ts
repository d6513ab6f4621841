import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { newId } from "@/lib/ids";
import type { Decision } from "@/modules/leads/decisions.schemas";
import { createAgent, type TestAgent } from "@/tests/support/factories/agents";
import { createLead, createLeads } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { client, type SignedInAs } from "@/tests/support/http";
import { testHouse } from "@/tests/support/test-house";

const house = testHouse();
let manager: TestUser;
let ava: TestAgent;
let ben: TestAgent;
let cem: TestAgent;

interface Answer {
  decisions: Decision[];
  next_cursor: string | null;
}

beforeAll(async () => {
  manager = await createManager(house.db, { email: "maria@evenhand.test", name: "Maria Vale" });
});

beforeEach(async () => {
  ava = await createAgent(house.db, { name: "Ava Lindqvist", maxCapacity: 30 });
  ben = await createAgent(house.db, { name: "Ben Okoro", maxCapacity: 30 });
  cem = await createAgent(house.db, { name: "Cem Aydın", maxCapacity: 30, availability: "away" });
});

const read = (leadId: string, query = "", by: SignedInAs = manager) =>
  client(by).get<Answer>(`/api/leads/${leadId}/decisions${query}`);
const bulk = (lead_ids: string[], assignment_strategy: string, further: object = {}) =>
  client(manager).post("/api/leads/bulk-assign", {
    lead_ids,
    assignment_strategy,
    agents: [ava, ben, cem].map(({ email }) => email),
    ...further,
  });

/** The newest decision about a lead. */
async function newest(leadId: string, query = "", by: SignedInAs = manager): Promise<Decision> {
  const { status, body } = await read(leadId, query, by);
  expect(status).toBe(200);
  return body.decisions[0] as Decision;
}

describe("GET /api/leads/{leadId}/decisions", () => {
  it("says why a rotation chose an agent, with how everybody stood at that moment", async () => {
    const ids = await createLeads(house.db, 5);
    expect(await bulk(ids, "round_robin")).toMatchObject({ status: 200 });
    const decision = await newest(ids[3] as string, `?not=${cem.email}`);
    const [chosen, other] = decision.agent === ava.email ? [ava, ben] : [ben, ava];
    expect(decision).toMatchObject({
      strategy: "round_robin",
      policy_version: "leads-2",
      agent: chosen.email,
      agent_name: chosen.name,
      previous_agent: null,
      decided_by: manager.email,
      decided_by_name: manager.name,
      override_reason: null,
      plan_id: expect.any(String),
    });
    expect(decision.why).toEqual({
      summary: `${chosen.name} was next in the rotation of the agents chosen: 1 turn, the other 2.`,
      position: 3,
      before: { open_leads: 1, max_capacity: 30 },
      after: { open_leads: 2, max_capacity: 30 },
      candidates: [
        {
          agent: chosen.email,
          name: chosen.name,
          open_leads: 1,
          max_capacity: 30,
          score: expect.any(Number),
          turns: 1,
        },
        { agent: other.email, name: other.name, open_leads: 2, max_capacity: 30, score: expect.any(Number), turns: 2 },
      ],
      candidate_count: 2,
      excluded: [{ agent: cem.email, name: cem.name, reason: "away" }],
      not: { agent: cem.email, name: cem.name, summary: "Cem Aydın was left out: away." },
    });
    const asked = await newest(ids[3] as string, `?not=${encodeURIComponent(other.email.toUpperCase())}`);
    expect(asked.why.not?.summary).toBe(`${other.name} had had 2 turns and ${chosen.name} 1.`);
    const tied = await newest(ids[4] as string);
    expect(tied.why.summary).toMatch(/: 2 turns, the other 2, and had waited longest\.$/);
  });

  it("says why by the other strategies", async () => {
    const ids = await createLeads(house.db, 4);
    await house.db.agent.update({ where: { id: ben.agentId }, data: { maxCapacity: 3 } });
    await bulk(ids.slice(0, 1), "capacity_based");
    const first = await newest(ids[0] as string, `?not=${ben.email}`);
    expect(first.why.summary).toBe(
      "Ava Lindqvist had the first claim by free room among the agents chosen: 30 places free when the deal began and 0 leads dealt on them so far.",
    );
    expect(first.why.not?.summary).toContain("Ben Okoro had the weaker claim: 3 places free");
    await bulk(ids.slice(1, 2), "performance_weighted");
    const drawn = await newest(ids[1] as string);
    expect(drawn.why.summary).toMatch(
      /^The draw among the agents chosen fell on .* chance was 50 % with a score of \d/,
    );
    await bulk(ids.slice(2, 4), "manual", { agents: [ava.email, ben.email], split: [0, 2] });
    const split = await newest(ids[3] as string, `?not=${ava.email}`);
    expect(split).toMatchObject({ agent: ben.email, strategy: "manual" });
    expect(split.why.not?.summary).toBe("Ava Lindqvist had had all of their split.");
    // The draw above gave its lead to either of them: how many Ben holds is read, not assumed.
    const { openLeads } = await house.db.agent.findUniqueOrThrow({ where: { id: ben.agentId } });
    await house.db.agent.update({ where: { id: ben.agentId }, data: { maxCapacity: openLeads } });
    const [last] = await createLeads(house.db, 1);
    await bulk([last as string], "round_robin");
    const only = await newest(last as string, `?not=${ben.email}`);
    expect(only.why.summary).toBe("Ava Lindqvist was the only agent of the agents chosen who could be given it.");
    expect(only.why.not?.summary).toBe(`Ben Okoro had no room: ${openLeads} leads open of ${openLeads}.`);
  });

  it("says whom a person chose, past what, and what became of it, newest first and page by page", async () => {
    const leadId = await createLead(house.db);
    await house.db.agent.update({ where: { id: ava.agentId }, data: { maxCapacity: 0 } });
    const http = client(manager);
    const override = { override_capacity: true, reason: "Knows them" };
    await http.post(`/api/leads/${leadId}/assign`, { agent_email: ava.email, ...override });
    await http.put(`/api/leads/${leadId}/reassign`, { new_agent: ben.email, reason: "On holiday" });
    const { body } = await read(leadId, "?limit=1");
    expect(body.decisions).toHaveLength(1);
    expect(body.decisions[0]).toMatchObject({ agent: ben.email, previous_agent: ava.email, plan_id: null });
    expect(body.decisions[0]?.why).toMatchObject({
      summary: `Maria Vale chose Ben Okoro, who had 0 leads open and a capacity of 30.`,
      candidates: [],
      position: null,
    });
    const next = await read(leadId, `?limit=1&cursor=${body.next_cursor}&not=${ben.email}`);
    expect(next.body).toMatchObject({ next_cursor: null, decisions: [{ override_reason: "Knows them" }] });
    expect(next.body.decisions[0]?.why.summary).toBe(
      `Maria Vale chose Ava Lindqvist, who had 0 leads open and a capacity of 0, past their capacity: “Knows them”.`,
    );
    expect(next.body.decisions[0]?.why.not?.summary).toMatch(/Nobody else was considered\.$/);
  });

  it("names the team in whose rotation it was dealt", async () => {
    const team = await house.db.team.create({ data: { id: newId(), name: `North ${ava.agentId}` } });
    await house.db.teamMember.createMany({
      data: [ava, ben].map(({ agentId }) => ({ teamId: team.id, agentId })),
    });
    const ids = await createLeads(house.db, 2);
    await house.db.lead.updateMany({ where: { id: { in: ids } }, data: { teamId: team.id } });
    const { status } = await client(manager).post("/api/leads/bulk-assign", {
      lead_ids: ids,
      assignment_strategy: "round_robin",
    });
    expect(status).toBe(200);
    const decision = await newest(ids[1] as string);
    expect(decision.why.summary).toContain(`in the rotation of the team ${team.name}: 0 turns, the other 1.`);
    expect(decision.why.candidate_count).toBe(2);
  });

  it("tells an agent why a lead of the pool went to others before: who got it, and what kept it from them", async () => {
    const ids = await createLeads(house.db, 3);
    await house.db.agent.update({ where: { id: ben.agentId }, data: { maxCapacity: 0 } });
    await bulk(ids, "round_robin");
    const leadId = ids[1] as string;
    const back = { lead_id: leadId, set: { assigned_agent: null } };
    expect(await client(manager).post("/api/leads/bulk-edit", { edits: [back] })).toMatchObject({ status: 200 });
    const told = async (agent: TestAgent) => {
      const { decisions } = (await read(leadId, `?not=${agent.email}`, agent)).body;
      return decisions.map(({ agent: got, why }) => [got, why.not?.summary ?? why.summary]);
    };
    const returned = [null, "Maria Vale took it from Ava Lindqvist."];
    expect(await told(cem)).toEqual([returned, [ava.email, "Cem Aydın was left out: away."]]);
    expect(await told(ben)).toEqual([returned, [ava.email, "Ben Okoro had no room: 0 leads open of 0."]]);
    expect(await told(ava)).toEqual([returned, [ava.email, "Ava Lindqvist did get it."]]);
    await client(manager).post(`/api/leads/${leadId}/assign`, { agent_email: ava.email });
    expect(await read(leadId, `?not=${cem.email}`, cem)).toMatchObject({ status: 404 });
  });

  it("is for those who see the lead; agents are shown themselves and nobody else", async () => {
    const ids = await createLeads(house.db, 2);
    await bulk(ids, "round_robin", { agents: [ava.email, ben.email] });
    const own = (await newest(ids[0] as string)).agent === ava.email ? ava : ben;
    const other = own === ava ? ben : ava;
    expect(await read(ids[0] as string, "", other)).toMatchObject({ status: 404 });
    const seen = await newest(ids[0] as string, `?not=${own.email}`, own);
    expect(seen.why.candidates.map(({ agent }) => agent)).toEqual([own.email]);
    expect(seen.why.not?.summary).toBe(`${own.name} did get it.`);
    expect(await read(ids[0] as string, `?not=${other.email}`, own)).toMatchObject({ status: 403 });
    expect(await client().get(`/api/leads/${ids[0]}/decisions`)).toMatchObject({ status: 401 });
    expect(await read(ids[0] as string, "?not=nobody@evenhand.test")).toMatchObject({ status: 404 });
    expect(await read(ids[0] as string, "?not=nobody")).toMatchObject({ status: 400 });
    expect(await read(ids[0] as string, "?cursor=made-up")).toMatchObject({ status: 400 });
    expect(await read(newId())).toMatchObject({ status: 404 });
  });
});
