import { beforeAll, describe, expect, it } from "vitest";
import { withConnection } from "../../../scripts/postgres/database";
import { newId } from "@/lib/ids";
import type { Activity, Lead } from "@/modules/leads/schemas";
import { createAgent, loadOf, type TestAgent } from "@/tests/support/factories/agents";
import { createLead } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { client } from "@/tests/support/http";
import { brokenLaws, recordWrites } from "@/tests/support/lead-laws";
import { testHouse } from "@/tests/support/test-house";
import { written } from "@/tests/support/written";

interface Merged {
  lead: Lead;
  merged_lead_id: string;
  tags_left_out: string[];
  code?: string;
  merged_into?: string;
}

const house = testHouse({ poolSize: 12, overrides: { LEAD_MERGE_ENTRIES: "60" } });
let manager: TestUser;
let agent: TestAgent;

beforeAll(async () => {
  manager = await createManager(house.db);
  agent = await createAgent(house.db);
  await withConnection(house.url, recordWrites);
});

const http = () => client(manager);
const merge = (id: string, other: string, body: object = {}) =>
  http().post<Merged>(`/api/leads/${id}/merge`, { other_lead_id: other, ...body });
const unmerge = (id: string) =>
  http().post<{ lead: Lead; other: Lead; code?: string; lead_id?: string }>(`/api/leads/${id}/unmerge`);
const note = (id: string, text: string) => http().post(`/api/leads/${id}/notes`, { text });
const assign = (id: string, to: TestAgent) => http().post(`/api/leads/${id}/assign`, { agent_email: to.email });
const timeline = async (id: string) =>
  (await http().get<{ activities: Activity[] }>(`/api/leads/${id}/activity?limit=500`)).body.activities;

const unchanged = async (request: () => Promise<{ status: number; body: object }>) => {
  const before = await written(house.db);
  const { status, body } = await request();
  expect(await written(house.db)).toEqual(before);
  return [status, (body as { code?: string }).code];
};

async function callOf(leadId: string): Promise<string> {
  const id = newId();
  await house.db.call.create({
    data: {
      id,
      callSid: `CA${id.replaceAll("-", "")}`,
      direction: "inbound",
      fromNumber: "+15550100001",
      toNumber: "+15550100000",
      carrierStatus: "completed",
      leadId,
    },
  });
  return id;
}

describe("POST /api/leads/{leadId}/merge", () => {
  it("is refused before anything moves when the timeline is too long to move, and possible the other way round", async () => {
    const [short, long] = [await createLead(house.db), await createLead(house.db)];
    const entry = { leadId: long, type: "note", actorLabel: "Import", data: { text: "Old" } };
    await house.db.leadActivity.createMany({ data: Array.from({ length: 61 }, () => entry) });
    expect(await unchanged(() => merge(short, long))).toEqual([422, "too_much_history"]);
    expect((await merge(long, short)).status).toBe(200);
  });

  it("keeps this lead, fills what it lacks, takes over tags, timeline and calls, and removes the other", async () => {
    const [id, other] = [
      await createLead(house.db, { name: "Dana", email: null, tags: ["VIP", "fair"], source: "web" }),
      await createLead(house.db, { name: "Dana W.", email: "dana@example.com", tags: ["vip", "renewal"] }),
    ];
    await note(id, "First here");
    await note(other, "First there");
    await note(id, "Second here");
    const call = await callOf(other);
    const answer = await merge(id, other, { keep: { name: "other" }, version: 3, other_version: 2 });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        merged_lead_id: other,
        tags_left_out: [],
        lead: {
          lead_id: id,
          name: "Dana W.",
          email: "dana@example.com",
          source: "web",
          tags: ["VIP", "fair", "renewal"],
          notes_count: 3,
          version: 4,
        },
      },
    });
    const entries = await timeline(id);
    expect(entries.map(({ type, data }) => [type, data.text ?? data.lead_id])).toEqual([
      ["merged", other],
      ["note", "Second here"],
      ["note", "First there"],
      ["note", "First here"],
    ]);
    expect(entries[0]?.data).toMatchObject({
      name: "Dana W.",
      changes: { name: { from: "Dana", to: "Dana W." }, email: { from: null, to: "dana@example.com" } },
    });
    expect((await house.db.call.findUniqueOrThrow({ where: { id: call } })).leadId).toBe(id);
    const audits = await house.db.auditEntry.findMany({
      where: { entityId: { in: [id, other, call] }, action: { contains: "merged" } },
    });
    expect(audits.map(({ entityId, action }) => [entityId, action])).toEqual([
      [id, "lead.merged"],
      [other, "lead.merged_into"],
    ]);
    expect(await house.db.auditEntry.count({ where: { entityId: call, action: "call.lead_changed" } })).toBe(1);
    expect(await brokenLaws(house.db, [id, other], [])).toEqual([]);
  });

  it("answers the same when repeated, and names the survivor wherever the merged lead is asked for", async () => {
    const [id, other, third] = [await createLead(house.db), await createLead(house.db), await createLead(house.db)];
    const first = await merge(id, other);
    const before = await written(house.db);
    const again = await merge(id, other, { version: 1, other_version: 1 });
    expect(await written(house.db)).toEqual(before);
    expect(again.body).toEqual(first.body);

    const gone = [410, "lead_merged"];
    expect(await unchanged(() => http().get(`/api/leads/${other}`))).toEqual(gone);
    expect((await http().get<Merged>(`/api/leads/${other}`)).body.merged_into).toBe(id);
    expect(await unchanged(() => http().patch(`/api/leads/${other}`, { name: "X" }))).toEqual(gone);
    expect(await unchanged(() => note(other, "Hello"))).toEqual(gone);
    expect(await unchanged(() => http().post(`/api/leads/${other}/restore`))).toEqual(gone);
    expect(await unchanged(() => merge(other, third))).toEqual(gone);
    expect(await unchanged(() => merge(other, id))).toEqual(gone);
    expect(await unchanged(() => merge(third, other))).toEqual([409, "other_merged"]);
    expect((await merge(third, other)).body.merged_into).toBe(id);
    expect(await unchanged(() => client(agent).get(`/api/leads/${other}`))).toEqual(gone);
    await assign(id, await createAgent(house.db));
    // Whoever may not see the survivor is told of neither.
    expect(await unchanged(() => client(agent).get(`/api/leads/${other}`))).toEqual([404, "not_found"]);
  });

  it("refuses what it cannot merge, and writes nothing", async () => {
    const [id, other] = [await createLead(house.db), await createLead(house.db)];
    const path = `/api/leads/${id}/merge`;
    expect(await unchanged(() => merge(id, id.toUpperCase()))).toEqual([422, "same_lead"]);
    expect(await unchanged(() => merge(id, newId()))).toEqual([404, "not_found"]);
    expect(await unchanged(() => merge(id, "nothing"))).toEqual([404, "not_found"]);
    expect(await unchanged(() => merge("nothing", id))).toEqual([404, "not_found"]);
    expect(await unchanged(() => merge(id, other, { version: 7 }))).toEqual([409, "version_conflict"]);
    expect(await unchanged(() => merge(id, other, { other_version: 7 }))).toEqual([409, "version_conflict"]);
    for (const body of [
      {},
      { other_lead_id: other, keep: { tags: "other" } },
      { other_lead_id: other, keep: { name: "both" } },
    ]) {
      expect((await unchanged(() => http().post(path, body)))[0]).toBe(400);
    }
    expect(await unchanged(() => client(agent).post(path, { other_lead_id: other }))).toEqual([403, "forbidden"]);
    for (const locked of [id, other]) {
      await http().post(`/api/leads/${locked}/lock`, { reason: "Wait" });
      expect(await unchanged(() => merge(id, other))).toEqual([409, "lead_locked"]);
      await http().delete(`/api/leads/${locked}/lock`);
    }
    await http().delete(`/api/leads/${other}`);
    expect(await unchanged(() => merge(id, other))).toEqual([404, "not_found"]);
  });

  it("bounds the tags, and says which were left out", async () => {
    const many = (from: number) => Array.from({ length: 30 }, (_, index) => `t${from + index}`);
    const [id, other] = [await createLead(house.db, { tags: many(0) }), await createLead(house.db, { tags: many(25) })];
    const { body } = await merge(id, other);
    expect(body.lead.tags).toEqual([...many(0), ...many(30).slice(0, 20)]);
    expect(body.tags_left_out).toEqual(["t50", "t51", "t52", "t53", "t54"]);
    expect((await merge(id, other)).body.tags_left_out).toEqual(body.tags_left_out);
  });

  it("leads from every merged lead straight to the one that is left", async () => {
    const [a, b, c] = [await createLead(house.db), await createLead(house.db), await createLead(house.db)];
    await note(c, "Of the third");
    await merge(b, c);
    await merge(a, b);
    for (const gone of [b, c]) expect((await http().get<Merged>(`/api/leads/${gone}`)).body.merged_into).toBe(a);
    expect((await timeline(a)).map(({ type }) => type)).toEqual(["merged", "merged", "note"]);
    expect(await brokenLaws(house.db, [a, b, c], [])).toEqual([]);
    // Each step back leads to where it was.
    expect(await unchanged(() => unmerge(c))).toEqual([409, "changed_since"]);
    expect((await unmerge(b)).status).toBe(200);
    expect((await http().get<Merged>(`/api/leads/${c}`)).body.merged_into).toBe(b);
    expect(await brokenLaws(house.db, [a, b, c], [])).toEqual([]);
  });
});

describe("who has the lead after a merge", () => {
  it("is this lead's agent; the other's when nobody has this one or when asked for", async () => {
    const [one, two] = [await createAgent(house.db), await createAgent(house.db)];
    const make = async (owner?: TestAgent) => {
      const id = await createLead(house.db);
      if (owner) await assign(id, owner);
      return id;
    };
    const cases = [
      { here: one, there: two, keep: {}, wanted: one },
      { here: one, there: two, keep: { assigned_agent: "other" }, wanted: two },
      { here: undefined, there: two, keep: {}, wanted: two },
      { here: undefined, there: two, keep: { assigned_agent: "this" }, wanted: undefined },
      { here: one, there: undefined, keep: { assigned_agent: "other" }, wanted: undefined },
    ];
    const ids: string[] = [];
    for (const { here, there, keep, wanted } of cases) {
      const [id, other] = [await make(here), await make(there)];
      const answer = await merge(id, other, { keep });
      expect([answer.status, answer.body.lead.assigned_agent]).toEqual([200, wanted?.email ?? null]);
      ids.push(id, other);
      const decisions = await house.db.assignmentDecision.findMany({ where: { leadId: id }, orderBy: { id: "desc" } });
      const moved = wanted?.agentId !== here?.agentId;
      expect(decisions[0]?.strategy).toBe(moved ? "merge" : here ? "manual" : undefined);
    }
    expect(await brokenLaws(house.db, ids, [one.agentId, two.agentId])).toEqual([]);
  });

  it("needs a place only where none was held", async () => {
    const full = await createAgent(house.db, { maxCapacity: 1 });
    const held = await createLead(house.db, { assignedTo: full.agentId });
    await house.db.agent.update({ where: { id: full.agentId }, data: { maxCapacity: 0 } });
    // Over capacity already: what one lead gives up the other may take.
    const free = await createLead(house.db);
    expect((await merge(free, held)).body.lead.assigned_agent).toBe(full.email);
    expect((await timeline(free))[0]?.data).toMatchObject({ agent_name: full.name });
    expect(await loadOf(house.db, full.agentId)).toMatchObject({ openLeads: 1, counted: 1 });

    const closed = await createLead(house.db, { assignedTo: full.agentId, disposition: "not_interested" });
    const open = await createLead(house.db);
    expect(await unchanged(() => merge(open, closed, { keep: { assigned_agent: "other" } }))).toEqual([
      409,
      "capacity_exceeded",
    ]);
    expect(await unchanged(() => merge(closed, open, { keep: { disposition: "other" } }))).toEqual([
      409,
      "capacity_exceeded",
    ]);
    // The refusal is ours, with figures: the database's own, the last line, has none.
    const refused = await merge(closed, open, { keep: { disposition: "other" } });
    expect(refused.body).toMatchObject({ agent: full.email, agent_capacity: { current: 1, max: 0 } });
    // Unasked, nobody's open lead does not go to an agent who has no place for it.
    expect((await merge(open, closed)).body.lead.assigned_agent).toBeNull();
    expect(await loadOf(house.db, full.agentId)).toMatchObject({ openLeads: 1, counted: 1 });
  });
});

describe("POST /api/leads/{leadId}/unmerge", () => {
  it("puts both back as they were, timeline, calls and agents too", async () => {
    const [one, two] = [await createAgent(house.db), await createAgent(house.db)];
    const [id, other] = [
      await createLead(house.db, { name: "Here", tags: ["a"] }),
      await createLead(house.db, { name: "There", email: "there@example.com", tags: ["b"] }),
    ];
    await assign(id, one);
    await assign(other, two);
    await note(other, "Of the other");
    const call = await callOf(other);
    const read = async (leadId: string) => (await http().get<Lead>(`/api/leads/${leadId}`)).body;
    const [before, otherBefore] = [await read(id), await read(other)];
    await merge(id, other, { keep: { name: "other", assigned_agent: "other", priority: "other" } });
    const answer = await unmerge(other);
    expect(answer.status).toBe(200);
    const lasting = (lead: Lead) => {
      const { version: _v, updated_at: _u, last_activity: _l, return_due_at: _due, ...rest } = lead;
      return rest;
    };
    expect(lasting(answer.body.lead)).toEqual(lasting(otherBefore));
    expect(lasting(answer.body.other)).toEqual(lasting(before));
    expect((await timeline(other)).map(({ type }) => type)).toEqual(["unmerged", "note", "assigned"]);
    expect((await timeline(id)).map(({ type }) => type)).toEqual(["unmerged", "merged", "assigned"]);
    expect((await house.db.call.findUniqueOrThrow({ where: { id: call } })).leadId).toBe(other);
    expect(await brokenLaws(house.db, [id, other], [one.agentId, two.agentId])).toEqual([]);
    expect(await unchanged(() => unmerge(other))).toEqual([409, "not_merged"]);
    // And once more, and back once more.
    expect((await merge(id, other)).status).toBe(200);
    expect((await unmerge(other)).status).toBe(200);
    expect(await brokenLaws(house.db, [id, other], [one.agentId, two.agentId])).toEqual([]);
  });

  it("refuses when either has changed since, and when an agent has no room", async () => {
    const tight = await createAgent(house.db, { maxCapacity: 1 });
    const [id, other] = [await createLead(house.db), await createLead(house.db, { assignedTo: tight.agentId })];
    await merge(id, other, { keep: { assigned_agent: "this" } });
    const blocker = await createLead(house.db, { assignedTo: tight.agentId });
    expect(await unchanged(() => unmerge(other))).toEqual([409, "capacity_exceeded"]);
    await http().delete(`/api/leads/${blocker}`);
    await note(id, "Written since");
    const refused = await unmerge(other);
    expect(refused).toMatchObject({ status: 409, body: { code: "changed_since", lead_id: id } });
    expect(await unchanged(() => unmerge(other))).toEqual([409, "changed_since"]);
    expect(await unchanged(() => unmerge(id))).toEqual([409, "not_merged"]);
    expect(await unchanged(() => unmerge("nothing"))).toEqual([404, "not_found"]);
    expect(await unchanged(() => unmerge(newId()))).toEqual([404, "not_found"]);
  });
});

describe("merging beside everything else", () => {
  const STATUSES = new Set([200, 404, 409, 410]);

  it("keeps laws 5 and 6 and leaves no merge that leads to a further one", async () => {
    for (let round = 0; round < 8; round += 1) {
      const agents = [await createAgent(house.db, { maxCapacity: 2 }), await createAgent(house.db, { maxCapacity: 2 })];
      const leads: string[] = [];
      for (let made = 0; made < 5; made += 1) leads.push(await createLead(house.db));
      const lead = (index: number) => leads[index % leads.length] as string;
      const to = (index: number) => agents[index % agents.length] as TestAgent;
      const keep = { assigned_agent: round % 2 === 0 ? "other" : "this" };
      await assign(lead(round), to(0));
      const statuses = await Promise.all([
        ...leads.map((id, index) => merge(id, lead(index + 1), { keep })),
        ...leads.map((id, index) => assign(id, to(index))),
        ...leads.map((id) => note(id, "Beside")),
        merge(lead(2), lead(0)),
        merge(lead(2), lead(0)),
        unmerge(lead(0)),
        http().delete(`/api/leads/${lead(3)}`),
        http().post(`/api/leads/${lead(3)}/restore`),
        http().post(`/api/leads/${lead(4)}/lock`, { reason: "Wait" }),
        http().patch(`/api/leads/${lead(1)}`, { disposition: "not_interested" }),
      ]).then((answers) => answers.map(({ status }) => status));
      expect(statuses.filter((status) => !STATUSES.has(status))).toEqual([]);
      const laws = await brokenLaws(
        house.db,
        leads,
        agents.map(({ agentId }) => agentId),
      );
      expect(laws, `round ${round}`).toEqual([]);
      for (const id of leads) await unmerge(id);
      expect(
        await brokenLaws(
          house.db,
          leads,
          agents.map(({ agentId }) => agentId),
        ),
        `round ${round}, undone`,
      ).toEqual([]);
    }
    const [stats] = await house.db.$queryRaw<{ deadlocks: number }[]>`
      SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()`;
    expect(stats).toEqual({ deadlocks: 0 });
  });
});

describe("GET /api/leads/{leadId}/duplicates", () => {
  it("lists leads with the same phone or e-mail, newest first", async () => {
    const facts = { phone: "+15550109999", email: "twice@example.com" };
    const id = await createLead(house.db, { ...facts, createdAt: new Date(Date.now() - 9_000) });
    const both = await createLead(house.db, { ...facts, createdAt: new Date(Date.now() - 8_000) });
    const phone = await createLead(house.db, { phone: facts.phone, createdAt: new Date(Date.now() - 7_000) });
    const email = await createLead(house.db, { email: facts.email });
    await createLead(house.db, { ...facts, deletedAt: new Date() });
    const { body } = await http().get<{ duplicates: { lead: Lead; same: string[] }[] }>(`/api/leads/${id}/duplicates`);
    expect(body.duplicates.map(({ lead, same }) => [lead.lead_id, same])).toEqual([
      [email, ["email"]],
      [phone, ["phone"]],
      [both, ["phone", "email"]],
    ]);
    const none = await createLead(house.db, { email: null });
    expect((await http().get(`/api/leads/${none}/duplicates`)).body).toEqual({ duplicates: [] });
    expect(await unchanged(() => client(agent).get(`/api/leads/${id}/duplicates`))).toEqual([403, "forbidden"]);
    expect(await unchanged(() => http().get("/api/leads/nothing/duplicates"))).toEqual([404, "not_found"]);
  });
});
