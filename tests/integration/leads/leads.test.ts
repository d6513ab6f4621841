import { beforeAll, describe, expect, it } from "vitest";
import type { Activity, Lead } from "@/modules/leads/schemas";
import { createAgent, loadOf, type TestAgent } from "@/tests/support/factories/agents";
import { createLead } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { type Answer, client } from "@/tests/support/http";
import { testHouse } from "@/tests/support/test-house";
import { written } from "@/tests/support/written";

interface TimelinePage {
  activities: Activity[];
  next_cursor: string | null;
}

const house = testHouse();
let manager: TestUser;
let agent: TestAgent;
let other: TestAgent;

beforeAll(async () => {
  manager = await createManager(house.db);
  agent = await createAgent(house.db);
  other = await createAgent(house.db);
});

const unchanged = async (request: () => Promise<{ status: number; body: Record<string, unknown> }>) => {
  const before = await written(house.db);
  const answer = await request();
  expect(await written(house.db)).toEqual(before);
  return [answer.status, answer.body.code];
};

describe("POST /api/leads", () => {
  it("makes a lead with the number as E.164, its note and its history", async () => {
    const { status, body } = await client(manager).post<Lead>("/api/leads", {
      name: "  Dana Whitfield ",
      phone: "(415) 555-2671",
      email: "Dana@Example.com",
      tags: ["renewal", "renewal", "enterprise"],
      notes: "Met at the fair",
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      name: "Dana Whitfield",
      phone: "+14155552671",
      email: "dana@example.com",
      source: "manual",
      disposition: "new",
      priority: "normal",
      tags: ["renewal", "enterprise"],
      assigned_agent: null,
      notes_count: 1,
      version: 1,
    });
    const read = await client(manager).get<Lead>(`/api/leads/${body.lead_id}`);
    expect(read.body).toEqual(body);
    const { body: timeline } = await client(manager).get<{ activities: Activity[] }>(
      `/api/leads/${body.lead_id}/activity`,
    );
    expect(timeline.activities.map(({ type }) => type)).toEqual(["note", "created"]);
    expect(await house.db.auditEntry.count({ where: { entityId: body.lead_id, action: "lead.created" } })).toBe(1);
  });

  it("gives a lead that an agent makes to nobody", async () => {
    const { body } = await client(agent).post<Lead>("/api/leads", { name: "Walk-in", phone: "+442079460123" });
    expect(body).toMatchObject({ assigned_agent: null, phone: "+442079460123" });
  });

  it("refuses what it cannot take", async () => {
    const post = (body: unknown) => () => client(manager).post("/api/leads", body);
    const good = { name: "N", phone: "+15550100199" };
    for (const body of [
      {},
      { name: "N" },
      { phone: "+15550100199" },
      { ...good, phone: "soon" },
      { ...good, name: "   " },
      { ...good, email: "no" },
      { ...good, assigned_agent: agent.email },
      { ...good, disposition: "converted" },
      { ...good, name: "a\0b" },
      { ...good, name: "\ud800" },
      { ...good, tags: [""] },
    ]) {
      expect([body, ...(await unchanged(post(body)))]).toEqual([body, 400, expect.any(String)]);
    }
    expect(await unchanged(() => client().post("/api/leads", good))).toEqual([401, "not_signed_in"]);
  });

  it("makes one lead for a repeated Idempotency-Key", async () => {
    const post = () =>
      client(manager).post<Lead>("/api/leads", { name: "Once", phone: "+15550100150" }, { idempotencyKey: "one-lead" });
    const [first, again] = [await post(), await post()];
    expect(again.body.lead_id).toBe(first.body.lead_id);
    expect(await house.db.lead.count({ where: { name: "Once" } })).toBe(1);
  });
});

describe("who sees which lead", () => {
  it("hides other agents' leads as if they did not exist", async () => {
    const own = await createLead(house.db, { assignedTo: agent.agentId });
    const free = await createLead(house.db);
    const foreign = await createLead(house.db, { assignedTo: other.agentId });
    const status = async (id: string) => (await client(agent).get(`/api/leads/${id}`)).status;
    expect([await status(own), await status(free), await status(foreign)]).toEqual([200, 200, 404]);
    const path = `/api/leads/${foreign}`;
    expect(await unchanged(() => client(agent).get(`${path}/activity`))).toEqual([404, "not_found"]);
    expect(await unchanged(() => client(agent).post(`${path}/notes`, { text: "Hello" }))).toEqual([404, "not_found"]);
    expect(await unchanged(() => client(agent).patch(path, { name: "Mine" }))).toEqual([404, "not_found"]);
    expect(await unchanged(() => client(agent).delete(path))).toEqual([403, "forbidden"]);
    expect((await client(manager).get(path)).status).toBe(200);
  });

  it("lets agents change the facts of their own leads, and only those", async () => {
    const own = await createLead(house.db, { assignedTo: agent.agentId });
    const free = await createLead(house.db);
    const patch = (id: string, body: unknown) => () => client(agent).patch(`/api/leads/${id}`, body);
    expect(await patch(own, { disposition: "contacted", tags: ["x"], priority: "high" })()).toMatchObject({
      status: 200,
      body: { disposition: "contacted", tags: ["x"], priority: "high", version: 2 },
    });
    const touched = await house.db.lead.findUniqueOrThrow({ where: { id: own } });
    expect(touched.firstTouchedAt).not.toBeNull();
    expect(await unchanged(patch(own, { source: "web2" }))).toEqual([403, "forbidden"]);
    expect(await unchanged(patch(free, { disposition: "contacted" }))).toEqual([403, "forbidden"]);
    expect((await client(agent).post(`/api/leads/${free}/notes`, { text: "Looks good" })).status).toBe(200);
  });
});

describe("PATCH /api/leads/{leadId}", () => {
  it("writes only what differs, with its history", async () => {
    const id = await createLead(house.db, { name: "Old name", source: "web" });
    const answer = await client(manager).patch<Lead>(`/api/leads/${id}`, {
      name: "New name",
      source: "web",
      disposition: "attempted",
      email: null,
    });
    expect(answer).toMatchObject({ status: 200, body: { name: "New name", disposition: "attempted", version: 2 } });
    const [audit] = await house.db.auditEntry.findMany({ where: { entityId: id } });
    expect(audit).toMatchObject({
      action: "lead.updated",
      before: { name: "Old name", disposition: "new" },
      after: { name: "New name", disposition: "attempted" },
    });
    const entries = await house.db.leadActivity.findMany({ where: { leadId: id }, orderBy: { id: "asc" } });
    expect(entries.map(({ type, data }) => [type, data])).toEqual([
      ["disposition", { from: "new", to: "attempted" }],
      ["updated", { changes: { name: { from: "Old name", to: "New name" } } }],
    ]);
    const again = () => client(manager).patch(`/api/leads/${id}`, { name: "New name", version: 2 });
    expect(await unchanged(again)).toEqual([200, undefined]);
  });

  it("refuses a stale version with the present lead, and what means nothing", async () => {
    const id = await createLead(house.db);
    const patch = (body: unknown) => () => client(manager).patch(`/api/leads/${id}`, body);
    await patch({ name: "Second", version: 1 })();
    const stale = await patch({ name: "Third", version: 1 })();
    expect(stale).toMatchObject({
      status: 409,
      body: { code: "version_conflict", current: { name: "Second", version: 2 } },
    });
    expect(await unchanged(patch({ disposition: "sold_twice" }))).toEqual([422, "unknown_disposition"]);
    expect(await unchanged(patch({}))).toEqual([400, "invalid_request"]);
    expect(await unchanged(patch({ version: 2 }))).toEqual([400, "invalid_request"]);
    expect(await unchanged(patch({ assigned_agent: agent.email }))).toEqual([400, "invalid_request"]);
    expect(await unchanged(() => client(manager).patch("/api/leads/nothing", { name: "X" }))).toEqual([
      404,
      "not_found",
    ]);
  });

  it("frees the agent's place when a lead closes, and needs one to reopen it", async () => {
    const tight = await createAgent(house.db, { maxCapacity: 1 });
    const id = await createLead(house.db, { assignedTo: tight.agentId });
    const patch = (body: unknown) => client(manager).patch(`/api/leads/${id}`, body);
    await patch({ disposition: "not_interested" });
    expect(await loadOf(house.db, tight.agentId)).toMatchObject({ openLeads: 0, counted: 0 });
    await createLead(house.db, { assignedTo: tight.agentId });
    expect(await unchanged(() => patch({ disposition: "follow_up" }))).toEqual([409, "capacity_exceeded"]);
    await house.db.agent.update({ where: { id: tight.agentId }, data: { maxCapacity: 2 } });
    expect(await patch({ disposition: "follow_up" })).toMatchObject({ status: 200 });
    expect(await loadOf(house.db, tight.agentId)).toMatchObject({ openLeads: 2, counted: 2 });
  });
});

describe("DELETE /api/leads/{leadId}", () => {
  it("takes the lead out of every list and frees its place; its history stays", async () => {
    const owner = await createAgent(house.db);
    const id = await createLead(house.db, { assignedTo: owner.agentId });
    expect(await client(manager).delete(`/api/leads/${id}`)).toMatchObject({ status: 200, body: { lead_id: id } });
    expect(await loadOf(house.db, owner.agentId)).toMatchObject({ openLeads: 0, counted: 0 });
    expect(await unchanged(() => client(manager).delete(`/api/leads/${id}`))).toEqual([404, "not_found"]);
    expect(await house.db.auditEntry.count({ where: { entityId: id, action: "lead.removed" } })).toBe(1);
  });
});

describe("the timeline", () => {
  it("comes in pages, newest first, each entry once", async () => {
    const id = await createLead(house.db);
    for (let note = 1; note <= 7; note += 1) {
      await client(manager).post(`/api/leads/${id}/notes`, { text: `Note ${note}` });
    }
    const texts: unknown[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: Answer<TimelinePage> = await client(manager).get(
        `/api/leads/${id}/activity?limit=3${cursor && `&cursor=${cursor}`}`,
      );
      const { body } = page;
      texts.push(...body.activities.map(({ data }) => data.text));
      cursor = body.next_cursor;
    }
    expect(texts).toEqual([7, 6, 5, 4, 3, 2, 1].map((note) => `Note ${note}`));
    const lead = await house.db.lead.findUniqueOrThrow({ where: { id } });
    expect(lead).toMatchObject({ notesCount: 7, version: 8 });
    const notes = await client(manager).get<TimelinePage>(`/api/leads/${id}/activity?type=note,call&limit=2`);
    expect(notes.body.activities.map(({ data }) => data.text)).toEqual(["Note 7", "Note 6"]);
    const older = await client(manager).get<TimelinePage>(
      `/api/leads/${id}/activity?type=note&limit=500&cursor=${notes.body.next_cursor}`,
    );
    expect(older.body.activities).toHaveLength(5);
    const calls = await client(manager).get<TimelinePage>(`/api/leads/${id}/activity?type=call,merged`);
    expect(calls.body).toEqual({ activities: [], next_cursor: null });
    for (const type of ["", "nonsense", "note,,call", "note%00"]) {
      expect((await client(manager).get(`/api/leads/${id}/activity?type=${type}`)).status).toBe(400);
    }
    const bad = await client(manager).get(`/api/leads/${id}/activity?cursor=AAAA`);
    expect(bad).toMatchObject({ status: 400, body: { code: "invalid_cursor" } });
  });
});

describe("GET /api/dispositions", () => {
  it("lists what a disposition can be, in order", async () => {
    const { body } = await client(agent).get<{ dispositions: { code: string; is_open: boolean }[] }>(
      "/api/dispositions",
    );
    expect(body.dispositions[0]).toEqual({ code: "new", label: "New", is_open: true });
    expect(body.dispositions.find(({ code }) => code === "converted")?.is_open).toBe(false);
  });
});
