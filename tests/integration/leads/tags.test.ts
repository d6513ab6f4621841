import { beforeAll, describe, expect, it } from "vitest";
import type { Lead } from "@/modules/leads/schemas";
import { createAgent, type TestAgent } from "@/tests/support/factories/agents";
import { createLead } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { client } from "@/tests/support/http";
import { testHouse } from "@/tests/support/test-house";

const house = testHouse();
let manager: TestUser;
let agent: TestAgent;

beforeAll(async () => {
  manager = await createManager(house.db);
  agent = await createAgent(house.db);
});

describe("tags as they are kept", () => {
  it("are canonical however they come in: trimmed, single spaces, each once whatever its case", async () => {
    const given = ["  VIP ", "vip", "Big   fish", "big\tfish", "Café", "Cafe\u0301"];
    const kept = ["VIP", "Big fish", "Café"];
    const made = await client(manager).post<Lead>("/api/leads", { name: "N", phone: "+15550100199", tags: given });
    expect(made.body.tags).toEqual(kept);
    const path = `/api/leads/${made.body.lead_id}`;
    const same = await client(manager).patch<Lead>(path, { tags: given });
    expect(same.body).toMatchObject({ tags: kept, version: 1 });
    expect((await client(manager).patch<Lead>(path, { tags: [" vip"] })).body.tags).toEqual(["vip"]);
    await client(manager).post("/api/leads/bulk-update", { lead_ids: [made.body.lead_id], updates: { tags: given } });
    expect((await client(manager).get<Lead>(path)).body.tags).toEqual(kept);
  });

  it("refuse what cannot be kept", async () => {
    const id = await createLead(house.db);
    for (const tag of ["", "  ", "a\0b", "\ud800", "x".repeat(41)]) {
      expect((await client(manager).patch(`/api/leads/${id}`, { tags: [tag] })).status).toBe(400);
    }
    const many = Array.from({ length: 51 }, (_, index) => `t${index}`);
    expect((await client(manager).patch(`/api/leads/${id}`, { tags: many })).status).toBe(400);
  });
});

describe("GET /api/tags", () => {
  it("counts the leads of each tag, most used first; an agent's own for an agent", async () => {
    await house.db.lead.updateMany({ data: { tags: [] } });
    await createLead(house.db, { tags: ["renewal", "fair"] });
    await createLead(house.db, { tags: ["renewal"], assignedTo: agent.agentId });
    await createLead(house.db, { tags: ["gone"], deletedAt: new Date() });
    const list = async (person: TestUser) => (await client(person).get<{ tags: unknown }>("/api/tags")).body.tags;
    expect(await list(manager)).toEqual([
      { tag: "renewal", leads: 2 },
      { tag: "fair", leads: 1 },
    ]);
    expect(await list(agent)).toEqual([{ tag: "renewal", leads: 1 }]);
  });
});

describe("POST /api/tags/rename and /api/tags/remove", () => {
  interface Changed {
    plan_id: string;
    state: string;
    changed_count: number;
    failed_count: number;
  }
  const tagsOf = async (id: string) => (await house.db.lead.findUniqueOrThrow({ where: { id } })).tags;

  it("change a tag everywhere by a plan that leaves locked leads out and can be undone", async () => {
    await house.db.lead.updateMany({ data: { tags: [] } });
    const one = await createLead(house.db, { tags: ["a", "vip"] });
    const both = await createLead(house.db, { tags: ["vip", "Key account"] });
    const locked = await createLead(house.db, { tags: ["vip"] });
    await client(manager).post(`/api/leads/${locked}/lock`, { reason: "Wait" });
    const renamed = await client(manager).post<Changed>("/api/tags/rename", { from: "vip", to: " key  account" });
    expect(renamed).toMatchObject({ status: 200, body: { state: "done", changed_count: 2, failed_count: 1 } });
    expect([await tagsOf(one), await tagsOf(both), await tagsOf(locked)]).toEqual([
      ["a", "key account"],
      ["Key account"],
      ["vip"],
    ]);
    const undone = await client(manager).post(`/api/bulk-plans/${renamed.body.plan_id}/undo`, {});
    expect(undone.status).toBeLessThan(300);
    expect([await tagsOf(one), await tagsOf(both)]).toEqual([
      ["a", "vip"],
      ["vip", "Key account"],
    ]);

    await client(manager).delete(`/api/leads/${locked}/lock`);
    const removed = await client(manager).post<Changed>("/api/tags/remove", { tag: "vip" });
    expect(removed.body).toMatchObject({ changed_count: 3, failed_count: 0 });
    expect([await tagsOf(one), await tagsOf(both), await tagsOf(locked)]).toEqual([["a"], ["Key account"], []]);
    expect((await client(manager).post<Changed>("/api/tags/remove", { tag: "vip" })).body).toMatchObject({
      changed_count: 0,
      failed_count: 0,
    });
  });

  it("change how a tag is written", async () => {
    const id = await createLead(house.db, { tags: ["big fish"] });
    await client(manager).post("/api/tags/rename", { from: "big fish", to: "Big Fish" });
    expect(await tagsOf(id)).toEqual(["Big Fish"]);
    const same = await client(manager).post("/api/tags/rename", { from: "Big Fish", to: " Big Fish " });
    expect(same).toMatchObject({ status: 422, body: { code: "same_tag" } });
  });

  it("are for managers, and refuse what is no tag", async () => {
    expect(await client(agent).post("/api/tags/rename", { from: "a", to: "b" })).toMatchObject({ status: 403 });
    expect(await client(agent).post("/api/tags/remove", { tag: "a" })).toMatchObject({ status: 403 });
    for (const body of [
      {},
      { from: "a", to: " " },
      { from: "", to: "b" },
      { from: "a", to: "x".repeat(41) },
      { from: "a\0", to: "b" },
    ]) {
      expect((await client(manager).post("/api/tags/rename", body)).status).toBe(400);
    }
  });
});
