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

const house = testHouse();
let manager: TestUser;

beforeAll(async () => {
  manager = await createManager(house.db);
  await withConnection(house.url, recordWrites);
});

const http = () => client(manager);
const assign = (id: string, to: TestAgent) => http().post(`/api/leads/${id}/assign`, { agent_email: to.email });
const remove = (id: string) => http().delete(`/api/leads/${id}`);
const restore = (id: string) => http().post<Lead & { code?: string }>(`/api/leads/${id}/restore`);
const entries = async (id: string) =>
  (await http().get<{ activities: Activity[] }>(`/api/leads/${id}/activity`)).body.activities;

describe("POST /api/leads/{leadId}/restore", () => {
  it("brings a removed lead back to its agent, with its history, and is safe to repeat", async () => {
    const agent = await createAgent(house.db, { maxCapacity: 1 });
    const id = await createLead(house.db);
    await assign(id, agent);
    await remove(id);
    const removed = await house.db.lead.findUniqueOrThrow({ where: { id } });
    expect(removed.returnDueAt).toBeNull();
    expect(await restore(id)).toMatchObject({ status: 200, body: { assigned_agent: agent.email, version: 4 } });
    const before = await written(house.db);
    expect((await restore(id)).status).toBe(200);
    expect(await written(house.db)).toEqual(before);
    expect((await entries(id)).map(({ type }) => type)).toEqual(["restored", "removed", "assigned"]);
    expect(await loadOf(house.db, agent.agentId)).toMatchObject({ openLeads: 1, counted: 1 });
    expect(await brokenLaws(house.db, [id], [agent.agentId])).toEqual([]);
  });

  it("brings it back to nobody when its agent has no room, or is gone, and says so", async () => {
    const full = await createAgent(house.db, { maxCapacity: 1 });
    const gone = await createAgent(house.db);
    const ids = [await createLead(house.db), await createLead(house.db), await createLead(house.db)] as const;
    const [tight, ofGone, next] = ids;
    await assign(tight, full);
    await assign(ofGone, gone);
    await remove(tight);
    await remove(ofGone);
    await assign(next, full);
    await house.db.user.update({ where: { id: gone.userId }, data: { disabledAt: new Date() } });
    for (const [id, agent, reason] of [
      [tight, full, "full"],
      [ofGone, gone, "disabled"],
    ] as const) {
      expect((await restore(id)).body).toMatchObject({ assigned_agent: null, assigned_at: null });
      expect((await entries(id))[0]).toMatchObject({
        type: "restored",
        data: { previous_agent: agent.email, previous_agent_name: agent.name, reason },
      });
      const [decision] = await house.db.assignmentDecision.findMany({ where: { leadId: id }, orderBy: { id: "desc" } });
      expect(decision).toMatchObject({ strategy: "restore", agentId: null, previousId: agent.agentId });
    }
    expect(await brokenLaws(house.db, ids, [full.agentId, gone.agentId])).toEqual([]);
  });

  it("lets a closed lead go back to an agent who is full", async () => {
    const full = await createAgent(house.db, { maxCapacity: 0 });
    const id = await createLead(house.db, { assignedTo: full.agentId, disposition: "converted" });
    await remove(id);
    expect((await restore(id)).body.assigned_agent).toBe(full.email);
  });

  it("never passes capacity when many come back at once", async () => {
    const agent = await createAgent(house.db, { maxCapacity: 3 });
    const ids: string[] = [];
    for (let made = 0; made < 8; made += 1) {
      const id = await createLead(house.db, { assignedTo: agent.agentId, deletedAt: new Date() });
      ids.push(id);
    }
    const extra = await createLead(house.db);
    const answers = await Promise.all([...ids.map(restore), ...ids.map(restore), assign(extra, agent)]);
    expect(answers.filter(({ status }) => status !== 200 && status !== 409)).toEqual([]);
    expect(await loadOf(house.db, agent.agentId)).toMatchObject({ openLeads: 3, counted: 3 });
    expect(await house.db.auditEntry.count({ where: { entityId: { in: ids }, action: "lead.restored" } })).toBe(8);
    expect(await brokenLaws(house.db, ids, [agent.agentId])).toEqual([]);
  });

  it("is for managers, and for leads that there are", async () => {
    const agent = await createAgent(house.db);
    const id = await createLead(house.db, { deletedAt: new Date() });
    expect(await client(agent).post(`/api/leads/${id}/restore`)).toMatchObject({ status: 403 });
    expect(await restore(newId())).toMatchObject({ status: 404, body: { code: "not_found" } });
    expect(await restore("nothing")).toMatchObject({ status: 404 });
  });
});
