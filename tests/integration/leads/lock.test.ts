import { beforeAll, describe, expect, it } from "vitest";
import type { Activity, Lead } from "@/modules/leads/schemas";
import { createAgent, loadOf, type TestAgent } from "@/tests/support/factories/agents";
import { createLead } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { client } from "@/tests/support/http";
import { testHouse } from "@/tests/support/test-house";
import { written } from "@/tests/support/written";

const house = testHouse();
let manager: TestUser;
let colleague: TestUser;
let agent: TestAgent;

beforeAll(async () => {
  manager = await createManager(house.db);
  colleague = await createManager(house.db);
  agent = await createAgent(house.db);
});

const lock = (id: string, reason = "Waiting for the contract", by = manager) =>
  client(by).post<Lead & { code: string }>(`/api/leads/${id}/lock`, { reason });
const unlock = (id: string, by = manager) => client(by).delete<Lead & { code: string }>(`/api/leads/${id}/lock`);

const unchanged = async (request: () => Promise<{ status: number; body: object }>) => {
  const before = await written(house.db);
  const { status, body } = await request();
  expect(await written(house.db)).toEqual(before);
  return [status, (body as { code?: string }).code];
};

describe("POST and DELETE /api/leads/{leadId}/lock", () => {
  it("locks with a reason, is safe to repeat, and unlocks, with the history of each", async () => {
    const id = await createLead(house.db, { assignedTo: agent.agentId });
    const locked = await lock(id);
    expect(locked).toMatchObject({
      status: 200,
      body: {
        version: 2,
        locked: {
          by: manager.email,
          by_name: manager.name,
          reason: "Waiting for the contract",
          at: expect.any(String),
        },
      },
    });
    expect(await unchanged(() => lock(id))).toEqual([200, undefined]);
    expect(await unchanged(() => lock(id, "Mine now", colleague))).toEqual([409, "already_locked"]);
    const refused = await lock(id, "Waiting for the contract", colleague);
    expect(refused.body).toMatchObject({
      detail: expect.stringContaining(`${manager.name} has locked`) as string,
      locked: { by: manager.email },
    });

    const other = await lock(id, "Signed, waiting for the money");
    expect(other.body).toMatchObject({ version: 3, locked: { reason: "Signed, waiting for the money" } });
    expect(other.body.locked?.at).toBe(locked.body.locked?.at);
    expect(await unlock(id, colleague)).toMatchObject({ status: 200, body: { version: 4, locked: null } });
    expect(await unchanged(() => unlock(id))).toEqual([200, undefined]);

    const { body } = await client(manager).get<{ activities: Activity[] }>(`/api/leads/${id}/activity`);
    expect(body.activities.map(({ type, data }) => [type, data])).toEqual([
      ["unlocked", { by: manager.email }],
      ["locked", { reason: "Signed, waiting for the money" }],
      ["locked", { reason: "Waiting for the contract" }],
    ]);
    expect(body.activities.map(({ actor, actor_name }) => [actor, actor_name])).toEqual([
      [colleague.email, colleague.name],
      [manager.email, manager.name],
      [manager.email, manager.name],
    ]);
    const audit = await house.db.auditEntry.findMany({ where: { entityId: id }, orderBy: { id: "asc" } });
    expect(audit.map(({ action }) => action)).toEqual(["lead.locked", "lead.locked", "lead.unlocked"]);
  });

  it("is for managers, needs a reason, and knows who sees the lead", async () => {
    const id = await createLead(house.db, { assignedTo: agent.agentId });
    expect(await unchanged(() => client(agent).post(`/api/leads/${id}/lock`, { reason: "x" }))).toEqual([
      403,
      "forbidden",
    ]);
    expect(await unchanged(() => client(agent).delete(`/api/leads/${id}/lock`))).toEqual([403, "forbidden"]);
    for (const body of [{}, { reason: " " }, { reason: "a\0b" }, { reason: "x".repeat(501) }]) {
      expect((await unchanged(() => client(manager).post(`/api/leads/${id}/lock`, body)))[0]).toBe(400);
    }
    expect(await unchanged(() => lock("nothing"))).toEqual([404, "not_found"]);
    expect(await unchanged(() => unlock("0192a1b2-0000-7000-8000-000000000000"))).toEqual([404, "not_found"]);
  });

  it("keeps the lead with its agent, and lets its facts be edited", async () => {
    const id = await createLead(house.db, { assignedTo: agent.agentId });
    const second = await createAgent(house.db);
    await lock(id);
    const reassign = { new_agent: second.email, reason: "Wanted" };
    expect(await unchanged(() => client(manager).put(`/api/leads/${id}/reassign`, reassign))).toEqual([
      409,
      "lead_locked",
    ]);
    expect(await unchanged(() => client(manager).delete(`/api/leads/${id}`))).toEqual([409, "lead_locked"]);
    expect(await client(agent).patch(`/api/leads/${id}`, { disposition: "contacted" })).toMatchObject({ status: 200 });
    expect((await client(agent).post(`/api/leads/${id}/notes`, { text: "Called" })).status).toBe(200);
    await unlock(id);
    expect((await client(manager).put(`/api/leads/${id}/reassign`, reassign)).status).toBe(200);

    const free = await createLead(house.db);
    await lock(free);
    expect(
      await unchanged(() => client(manager).post(`/api/leads/${free}/assign`, { agent_email: second.email })),
    ).toEqual([409, "lead_locked"]);
  });

  it("stops the return timer, and begins it anew for a lead that was not worked on", async () => {
    const id = await createLead(house.db);
    await client(manager).post(`/api/leads/${id}/assign`, { agent_email: agent.email });
    const past = new Date(Date.now() - 60_000);
    await house.db.lead.update({ where: { id }, data: { returnDueAt: past } });
    expect((await lock(id)).body.return_due_at).toBeNull();
    const due = (await unlock(id)).body.return_due_at;
    expect(Date.parse(due ?? "")).toBeGreaterThan(Date.now());

    await lock(id);
    await client(agent).post(`/api/leads/${id}/notes`, { text: "Called" });
    expect((await unlock(id)).body.return_due_at).toBeNull();
  });

  it("lets bulk assignment pass a locked lead by, whoever comes first", async () => {
    const second = await createAgent(house.db);
    const ids: string[] = [];
    for (let made = 0; made < 12; made += 1) ids.push(await createLead(house.db, { assignedTo: agent.agentId }));
    const [bulk, ...locks] = await Promise.all([
      client(manager).post<{ failures: { lead_id: string; code: string }[] }>("/api/leads/bulk-assign", {
        lead_ids: ids,
        assignment_strategy: "manual",
        agents: [second.email],
      }),
      ...ids.map((id) => lock(id)),
    ]);
    expect(bulk.status).toBe(200);
    expect(locks.map(({ status }) => status)).toEqual(ids.map(() => 200));
    // A lead that was locked before its turn stayed; one that had moved by then was locked where it is.
    const rows = await house.db.lead.findMany({ where: { id: { in: ids } } });
    const failed = new Map(bulk.body.failures.map(({ lead_id: id, code }) => [id, code]));
    for (const row of rows) {
      expect(row.lockedAt).not.toBeNull();
      expect(row.assignedAgentId).toBe(failed.has(row.id) ? agent.agentId : second.agentId);
    }
    for (const code of failed.values()) expect(["lead_locked", "changed_since"]).toContain(code);
    const again = await client(manager).post<{ failures: { code: string }[] }>("/api/leads/bulk-assign", {
      lead_ids: ids,
      assignment_strategy: "manual",
      agents: [(await createAgent(house.db)).email],
    });
    expect(again.body.failures.map(({ code }) => code)).toEqual(ids.map(() => "lead_locked"));
    const load = await loadOf(house.db, second.agentId);
    expect(load.openLeads).toBe(load.counted);
  });
});
