import { beforeAll, describe, expect, it } from "vitest";
import type { LeadFilter } from "@/modules/leads/domain/lead-filter";
import { sortFields } from "@/modules/leads/domain/lead-sort";
import type { Lead } from "@/modules/leads/schemas";
import { createAgent, type TestAgent } from "@/tests/support/factories/agents";
import { createLead, createLeads } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { client } from "@/tests/support/http";
import { testHouse } from "@/tests/support/test-house";

const house = testHouse();
let manager: TestUser;
let agent: TestAgent;
/** Leads that share a name and an hour, or have neither agent nor activity, in numbers beyond one anchor's stretch. */
const LEADS = 460;

beforeAll(async () => {
  manager = await createManager(house.db);
  agent = await createAgent(house.db, { maxCapacity: 1_000 });
  const at = (hour: number): Date => new Date(Date.parse("2026-06-01T00:00:00Z") + hour * 3_600_000);
  await createLeads(house.db, 250, { name: "Alike", createdAt: at(1), priority: "high" });
  await createLeads(house.db, 100, { createdAt: at(2), assignedTo: agent.agentId, assignedAt: at(3) });
  for (let index = 0; index < 110; index += 1) {
    const owned = index % 2 === 0 ? { assignedTo: agent.agentId, assignedAt: at(index) } : {};
    await createLead(house.db, { createdAt: at(index), priority: index % 3 === 0 ? "urgent" : "normal", ...owned });
  }
  await createLead(house.db, { name: "Removed", deletedAt: new Date() });
});

interface Page {
  leads: Lead[];
  next_cursor: string | null;
}
interface Answer {
  total: number;
  anchors: { row: number; cursor: string }[];
}

const search = async (body: object, by: TestUser = manager): Promise<Page> => {
  const answer = await client(by).post<Page>("/api/leads/advanced-search", body);
  expect(answer).toMatchObject({ status: 200 });
  return answer.body;
};
const anchorsOf = async (body: object, by: TestUser = manager): Promise<Answer> => {
  const answer = await client(by).post<Answer>("/api/leads/anchors", body);
  expect(answer).toMatchObject({ status: 200 });
  return answer.body;
};

async function everyId(body: object): Promise<string[]> {
  const first = await search({ ...body, limit: 500 });
  expect(first.next_cursor).toBeNull();
  return first.leads.map(({ lead_id }) => lead_id);
}

describe("POST /api/leads/anchors", () => {
  for (const field of sortFields) {
    for (const direction of ["asc", "desc"] as const) {
      it(`leads to the right rows by ${field} ${direction}, and so does skipping beyond an anchor`, async () => {
        const sort = { field, direction };
        const ids = await everyId({ sort });
        const { total, anchors } = await anchorsOf({ sort });
        expect([total, ids.length]).toEqual([LEADS, LEADS]);
        expect(anchors.map(({ row }) => row)).toEqual([100, 200, 300, 400]);
        for (const { row, cursor } of anchors) {
          for (const skip of [0, 1, 60, 130]) {
            const page = await search({ sort, cursor, skip, limit: 5 });
            expect(page.leads.map(({ lead_id }) => lead_id)).toEqual(ids.slice(row + skip, row + skip + 5));
          }
        }
      });
    }
  }

  it("counts and marks what the filter finds, and what the person may see", async () => {
    const filter: LeadFilter = { field: "assigned_agent", op: "is_empty" };
    expect(await anchorsOf({ filter })).toMatchObject({
      total: 305,
      anchors: [{ row: 100 }, { row: 200 }, { row: 300 }],
    });
    expect((await anchorsOf({ filter: { or: [] } })).anchors).toEqual([]);
    const other = await createAgent(house.db);
    expect(await anchorsOf({}, other)).toMatchObject({ total: 305 });
    expect(await anchorsOf({}, agent)).toMatchObject({ total: LEADS });
  });

  it("answers an empty page beyond the end, and refuses what makes no sense", async () => {
    const { anchors } = await anchorsOf({});
    const cursor = anchors.at(-1)?.cursor;
    expect(await search({ cursor, skip: 60 })).toMatchObject({ leads: [], next_cursor: null });
    const { post } = client(manager);
    expect(await post("/api/leads/advanced-search", { skip: 5 })).toMatchObject({ status: 400 });
    expect(await post("/api/leads/advanced-search", { cursor, skip: 10_001 })).toMatchObject({ status: 400 });
    const elsewhere = await client(agent).post("/api/leads/advanced-search", { cursor });
    expect(elsewhere).toMatchObject({ status: 400, body: { code: "invalid_cursor" } });
    const text: LeadFilter = { field: "priority", op: "contains", value: "x" };
    expect(await post("/api/leads/anchors", { filter: text })).toMatchObject({ status: 422 });
  });

  it("knows of a newcomer within a moment", async () => {
    const before = (await anchorsOf({ sort: { field: "name" } })).total;
    const id = await createLead(house.db, { name: "Newcomer" });
    await expect.poll(async () => (await anchorsOf({ sort: { field: "name" } })).total).toBe(before + 1);
    await house.db.lead.delete({ where: { id } });
  });
});
