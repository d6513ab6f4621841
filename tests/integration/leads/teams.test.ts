import { beforeAll, describe, expect, it } from "vitest";
import type { TeamView } from "@/modules/agents/teams.schemas";
import type { Activity, Lead } from "@/modules/leads/schemas";
import { createAgent, type TestAgent } from "@/tests/support/factories/agents";
import { createLead, createLeads } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { client } from "@/tests/support/http";
import { testHouse } from "@/tests/support/test-house";
import { written } from "@/tests/support/written";

const house = testHouse();
let manager: TestUser;
let inside: TestAgent;
let outside: TestAgent;

beforeAll(async () => {
  manager = await createManager(house.db);
  inside = await createAgent(house.db, { name: "Ines" });
  outside = await createAgent(house.db, { name: "Otto" });
});

let made = 0;
async function team(agents: readonly TestAgent[] = [inside]): Promise<TeamView> {
  made += 1;
  const body = { name: `Team ${made}`, agents: agents.map(({ email }) => email) };
  const answer = await client(manager).post<TeamView>("/api/teams", body);
  expect(answer.status).toBe(200);
  return answer.body;
}

const status = async (answer: Promise<{ status: number; body: Record<string, unknown> }>) => {
  const { status: code, body } = await answer;
  return [code, body.code];
};

describe("teams", () => {
  it("are made, read, listed by name, changed and audited; their members are told", async () => {
    const events = await house.db.liveEvent.count();
    const { body } = await client(manager).post<TeamView>("/api/teams", {
      name: "  North ",
      agents: [outside.email, inside.email, inside.email.toUpperCase()],
    });
    expect(body).toMatchObject({
      name: "North",
      agents: [
        { agent_id: inside.email, name: "Ines" },
        { agent_id: outside.email, name: "Otto" },
      ],
    });
    expect((await client(manager).get(`/api/teams/${body.team_id}`)).body).toEqual(body);
    const { body: changed } = await client(manager).patch<TeamView>(`/api/teams/${body.team_id}`, {
      name: "north",
      agents: [inside.email],
    });
    expect(changed).toMatchObject({ name: "north", agents: [{ agent_id: inside.email }] });
    const { body: list } = await client(manager).get<{ teams: TeamView[] }>("/api/teams");
    expect(list.teams).toContainEqual(changed);
    const audit = await house.db.auditEntry.findMany({ where: { entityId: body.team_id }, orderBy: { id: "asc" } });
    expect(audit.map(({ action, before, after }) => ({ action, before, after }))).toEqual([
      { action: "team.created", before: null, after: { name: "North", agents: [inside.email, outside.email] } },
      {
        action: "team.changed",
        before: { name: "North", agents: [inside.email, outside.email] },
        after: { name: "north", agents: [inside.email] },
      },
    ]);
    const told = await house.db.liveEvent.findMany({ skip: events, orderBy: { id: "asc" } });
    expect(new Set(told.map(({ audience }) => audience))).toEqual(
      new Set([`agent:${inside.agentId}`, `agent:${outside.agentId}`]),
    );
    const before = await written(house.db);
    await client(manager).patch(`/api/teams/${body.team_id}`, { name: "north", agents: [inside.email] });
    expect(await written(house.db)).toEqual(before);
  });

  it("refuse a name twice, agents nobody knows, and everybody but managers", async () => {
    const { team_id: id, name } = await team();
    const other = await team();
    const before = await written(house.db);
    const post = (body: unknown) => status(client(manager).post("/api/teams", body));
    expect(await post({ name: name.toUpperCase() })).toEqual([409, "team_name_taken"]);
    expect(await post({ name: "New", agents: ["nobody@example.com"] })).toEqual([404, "agent_not_found"]);
    expect((await post({ name: "  " }))[0]).toBe(400);
    expect((await post({ name: "New", agents: "all" }))[0]).toBe(400);
    expect((await post({ name: "New", colour: "red" }))[0]).toBe(400);
    expect(await status(client(manager).patch(`/api/teams/${other.team_id}`, { name }))).toEqual([
      409,
      "team_name_taken",
    ]);
    expect((await status(client(manager).patch(`/api/teams/${id}`, {})))[0]).toBe(400);
    for (const unknown of ["nowhere", "00000000-0000-7000-8000-00000000dead"]) {
      expect((await status(client(manager).get(`/api/teams/${unknown}`)))[0]).toBe(404);
      expect((await status(client(manager).patch(`/api/teams/${unknown}`, { name: "X" })))[0]).toBe(404);
      expect((await status(client(manager).delete(`/api/teams/${unknown}`)))[0]).toBe(404);
    }
    for (const answer of [
      client(inside).get("/api/teams"),
      client(inside).post("/api/teams", { name: "Mine" }),
      client(inside).get(`/api/teams/${id}`),
      client(inside).patch(`/api/teams/${id}`, { agents: [] }),
      client(inside).delete(`/api/teams/${id}`),
    ]) {
      expect((await answer).status).toBe(403);
    }
    expect(await written(house.db)).toEqual(before);
    const both = await Promise.all([post({ name: "Twice" }), post({ name: "twice" })]);
    expect(both.map(([code]) => code).toSorted()).toEqual([200, 409]);
  });
});

describe("a lead's team", () => {
  it("is given and taken by managers, with timeline and audit", async () => {
    const { name } = await team();
    const { body: lead } = await client(manager).post<Lead>("/api/leads", {
      name: "L",
      phone: "+15550100111",
      team: name,
    });
    expect(lead).toMatchObject({ team: name, version: 1 });
    const { body: changed } = await client(manager).patch<Lead>(`/api/leads/${lead.lead_id}`, {
      team: null,
      priority: "high",
    });
    expect(changed).toMatchObject({ team: null, priority: "high", version: 2 });
    const { body: again } = await client(manager).patch<Lead>(`/api/leads/${lead.lead_id}`, {
      team: name.toUpperCase(),
    });
    expect(again).toMatchObject({ team: name, version: 3 });
    const before = await written(house.db);
    await client(manager).patch(`/api/leads/${lead.lead_id}`, { team: name });
    expect(await status(client(manager).patch(`/api/leads/${lead.lead_id}`, { team: "Nowhere" }))).toEqual([
      422,
      "unknown_team",
    ]);
    const created = client(manager).post("/api/leads", { name: "L", phone: "+15550100111", team: "Nowhere" });
    expect(await status(created)).toEqual([422, "unknown_team"]);
    expect(await status(client(inside).patch(`/api/leads/${lead.lead_id}`, { team: null }))).toEqual([
      403,
      "forbidden",
    ]);
    const byAgent = client(inside).post("/api/leads", { name: "L", phone: "+15550100111", team: name });
    expect(await status(byAgent)).toEqual([403, "forbidden"]);
    expect(await written(house.db)).toEqual(before);
    const { body: timeline } = await client(manager).get<{ activities: Activity[] }>(
      `/api/leads/${lead.lead_id}/activity`,
    );
    expect(timeline.activities[0]).toMatchObject({
      type: "updated",
      data: { changes: { team: { from: null, to: name } } },
    });
    const audit = await house.db.auditEntry.findMany({ where: { entityId: lead.lead_id }, orderBy: { id: "asc" } });
    expect(audit.at(-1)).toMatchObject({ before: { team: null }, after: { team: name } });
  });

  it("says who sees it while nobody has it", async () => {
    const { team_id: teamId, name } = await team([inside]);
    const id = await createLead(house.db, { name: `Visible ${name}` });
    await client(manager).patch(`/api/leads/${id}`, { team: name });
    const sees = async (person: TestUser) => {
      const read = (await client(person).get(`/api/leads/${id}`)).status;
      const activity = (await client(person).get(`/api/leads/${id}/activity`)).status;
      const note = (await client(person).post(`/api/leads/${id}/notes`, { text: "Seen" })).status;
      const { body } = await client(person).get<{ leads: Lead[] }>("/api/leads?limit=500");
      const listed = body.leads.some(({ lead_id }) => lead_id === id) ? 200 : 404;
      return new Set([read, activity, note, listed]);
    };
    expect(await sees(manager)).toEqual(new Set([200]));
    expect(await sees(inside)).toEqual(new Set([200]));
    expect(await sees(outside)).toEqual(new Set([404]));
    await house.db.lead.update({ where: { id }, data: { assignedAgentId: outside.agentId, assignedAt: new Date() } });
    expect(await sees(outside)).toEqual(new Set([200]));
    expect(await sees(inside)).toEqual(new Set([404]));
    await house.db.lead.update({ where: { id }, data: { assignedAgentId: null, assignedAt: null } });
    await client(manager).patch(`/api/teams/${teamId}`, { agents: [outside.email] });
    expect(await sees(inside)).toEqual(new Set([404]));
    expect(await sees(outside)).toEqual(new Set([200]));
  });

  it("ends with the team: its leads are everybody's, each with its audit row", async () => {
    const { team_id: teamId, name } = await team([inside]);
    const ids = await createLeads(house.db, 1_203);
    await house.db.lead.updateMany({ where: { id: { in: ids } }, data: { teamId } });
    expect((await client(outside).get(`/api/leads/${ids[0]}`)).status).toBe(404);
    const { body } = await client(manager).delete(`/api/teams/${teamId}`);
    expect(body).toEqual({ success: true, team_id: teamId, released_leads: 1_203 });
    expect((await client(outside).get<Lead>(`/api/leads/${ids[0]}`)).body).toMatchObject({ team: null, version: 2 });
    expect(await house.db.lead.count({ where: { id: { in: ids }, teamId: null, version: 2 } })).toBe(1_203);
    expect(await house.db.auditEntry.count({ where: { entityId: { in: ids }, action: "lead.updated" } })).toBe(1_203);
    const ended = await house.db.auditEntry.findFirstOrThrow({ where: { entityId: teamId, action: "team.deleted" } });
    expect(ended.before).toEqual({ name, agents: [inside.email] });
    expect((await client(manager).get(`/api/teams/${teamId}`)).status).toBe(404);
  });

  it("is never left behind by a team that is deleted at the same moment", async () => {
    const { team_id: teamId, name } = await team();
    const ids = await createLeads(house.db, 40);
    const answers = await Promise.all([
      ...ids.slice(0, 20).map((id) => client(manager).patch(`/api/leads/${id}`, { team: name })),
      client(manager).delete(`/api/teams/${teamId}`),
      ...ids.slice(20).map((id) => client(manager).patch(`/api/leads/${id}`, { team: name })),
    ]);
    expect(answers.every((answer) => [200, 422].includes(answer.status))).toBe(true);
    const [wrong] = await house.db.$queryRaw<{ n: number }[]>`
      SELECT count(*)::int AS n FROM leads l WHERE l.id = ANY (${ids}::uuid[]) AND (l.team_id IS NOT NULL
        OR l.version - 1 <> (SELECT count(*) FROM audit_log a WHERE a.entity_id = l.id::text))`;
    expect(wrong?.n).toBe(0);
  });
});
