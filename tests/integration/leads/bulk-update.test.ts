import { beforeAll, describe, expect, it } from "vitest";
import { withConnection } from "../../../scripts/postgres/database";
import { CHUNK_ROWS } from "@/modules/leads/domain/bulk";
import { createAgent, loadOf } from "@/tests/support/factories/agents";
import { createLead, createLeads } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { client } from "@/tests/support/http";
import { testHouse } from "@/tests/support/test-house";
import { written } from "@/tests/support/written";

const house = testHouse();
let manager: TestUser;

interface Updated {
  success: boolean;
  updated_count: number;
  failed_count: number;
  results: { lead_id: string; status: string; timestamp: string; error?: string }[];
}

beforeAll(async () => {
  manager = await createManager(house.db);
});

const bulkUpdate = (body: unknown, by: TestUser = manager) => client(by).post<Updated>("/api/leads/bulk-update", body);

describe("POST /api/leads/bulk-update", () => {
  it("changes many leads, each with its audit and timeline, in the exact shape", async () => {
    const ids = await createLeads(house.db, 1_050);
    const { status, body } = await bulkUpdate({
      lead_ids: ids,
      updates: { priority: "high", tags: ["spring", "spring"], disposition: "contacted" },
      notes: "Spring campaign",
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ success: true, updated_count: 1_050, failed_count: 0 });
    expect(body.results[7]).toEqual({ lead_id: ids[7], status: "updated", timestamp: expect.any(String) });
    const changed = { priority: "high" as const, tags: { equals: ["spring"] }, dispositionCode: "contacted" };
    expect(await house.db.lead.count({ where: { ...changed, version: 2, notesCount: 1 } })).toBe(1_050);
    expect(await house.db.auditEntry.count({ where: { action: "lead.updated" } })).toBe(1_050);
    const entries = await house.db.leadActivity.findMany({
      where: { leadId: ids[3] as string },
      orderBy: { id: "asc" },
    });
    expect(entries.map(({ type }) => type)).toEqual(["disposition", "updated", "note"]);
  });

  it("answers each row by itself: unchanged, unknown, malformed, repeated", async () => {
    const high = await createLead(house.db, { priority: "high" });
    const normal = await createLead(house.db);
    const removed = await createLead(house.db, { deletedAt: new Date() });
    const lead_ids = [high, normal, removed, "nothing", normal.toUpperCase(), "019aa000-0000-7000-8000-000000000000"];
    const { body } = await bulkUpdate({ lead_ids, updates: { priority: "high" } });
    expect(body.results.map(({ lead_id, status, error }) => [lead_id, status, error])).toEqual([
      [high, "unchanged", undefined],
      [normal, "updated", undefined],
      [removed, "failed", "lead_not_found"],
      ["nothing", "failed", "lead_not_found"],
      ["019aa000-0000-7000-8000-000000000000", "failed", "lead_not_found"],
    ]);
    expect(body).toMatchObject({ updated_count: 1, failed_count: 3 });
    const before = await written(house.db);
    await bulkUpdate({ lead_ids, updates: { priority: "high" } });
    expect(await written(house.db)).toEqual(before);
  });

  it("frees places when leads close, and reopens only as many as there is room for", async () => {
    const agent = await createAgent(house.db, { maxCapacity: 5 });
    const ids = await createLeads(house.db, 5, { assignedTo: agent.agentId });
    await bulkUpdate({ lead_ids: ids, updates: { disposition: "not_interested" } });
    expect(await loadOf(house.db, agent.agentId)).toMatchObject({ openLeads: 0, counted: 0 });
    await house.db.agent.update({ where: { id: agent.agentId }, data: { maxCapacity: 2 } });
    const { body } = await bulkUpdate({ lead_ids: ids, updates: { disposition: "follow_up", priority: "urgent" } });
    expect(body).toMatchObject({ updated_count: 2, failed_count: 3 });
    expect(body.results.map(({ error }) => error)).toEqual([
      undefined,
      undefined,
      "no_capacity",
      "no_capacity",
      "no_capacity",
    ]);
    expect(await loadOf(house.db, agent.agentId)).toMatchObject({ openLeads: 2, counted: 2 });
    expect(await house.db.lead.count({ where: { id: { in: ids }, priority: "urgent" } })).toBe(2);
  });

  it("writes a note also where no value changes", async () => {
    const id = await createLead(house.db, { priority: "high" });
    const { body } = await bulkUpdate({ lead_ids: [id], updates: { priority: "high" }, notes: "Still" });
    expect(body.updated_count).toBe(1);
    const lead = await house.db.lead.findUniqueOrThrow({ where: { id } });
    expect(lead).toMatchObject({ notesCount: 1, version: 2 });
  });

  it("changes what a search finds", async () => {
    const ids = await createLeads(house.db, 3, { source: "found_by_search" });
    const search = { filter: { and: [{ field: "source", op: "eq", value: "found_by_search" }] } };
    const { body } = await bulkUpdate({ search, updates: { source: "renamed" } });
    expect(body.results.map(({ lead_id }) => lead_id)).toEqual(ids);
    const both = await bulkUpdate({ search, lead_ids: ids, updates: { source: "renamed" } });
    expect(both).toMatchObject({ status: 400 });
  });

  it("tells what was reached when the database fails in the middle", async () => {
    const ids = await createLeads(house.db, 5 * CHUNK_ROWS);
    const [from, to] = [2 * CHUNK_ROWS, 3 * CHUNK_ROWS];
    // The first row of the third chunk cannot be written.
    await withConnection(house.url, async (connection) => {
      await connection.query(`
        CREATE FUNCTION fail_one() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'out of order'; END $$;
        CREATE TRIGGER fail_one BEFORE UPDATE ON leads FOR EACH ROW WHEN (OLD.id = '${ids[from]}')
          EXECUTE FUNCTION fail_one();`);
    });
    const update = (lead_ids: string[]) => bulkUpdate({ lead_ids, updates: { source: "half" } });
    const { status, body } = await update(ids);
    expect(status).toBe(200);
    // The chunks before it are written, and perhaps the one beside it.
    expect([2 * CHUNK_ROWS, 3 * CHUNK_ROWS]).toContain(body.updated_count);
    expect(body.failed_count).toBe(ids.length - body.updated_count);
    expect(new Set(body.results.slice(0, from).map(({ error }) => error))).toEqual(new Set([undefined]));
    expect(new Set(body.results.slice(from, to).map(({ error }) => error))).toEqual(new Set(["interrupted"]));
    expect(body.results.filter(({ error }) => error === undefined)).toHaveLength(body.updated_count);
    expect(await house.db.lead.count({ where: { id: { in: ids }, source: "half" } })).toBe(body.updated_count);
    // Nothing at all was written: then the request as a whole has failed.
    expect(await update(ids.slice(from, from + 100))).toMatchObject({ status: 500 });
    await withConnection(house.url, (connection) => connection.query("DROP TRIGGER fail_one ON leads"));
  });

  it("answers a repeated Idempotency-Key without doing it again", async () => {
    const ids = await createLeads(house.db, 3);
    const post = () =>
      client(manager).post<Updated>(
        "/api/leads/bulk-update",
        { lead_ids: ids, updates: { source: "once" }, notes: "Once" },
        { idempotencyKey: "bulk-once" },
      );
    const first = await post();
    const before = await written(house.db);
    expect((await post()).body).toEqual(first.body);
    expect(await written(house.db)).toEqual(before);
  });

  it("refuses whole requests that mean nothing, and writes nothing", async () => {
    const agent = await createAgent(house.db);
    const id = await createLead(house.db);
    const before = await written(house.db);
    const expectCode = async (body: unknown, status: number, code: string, by?: TestUser) =>
      expect(await bulkUpdate(body, by)).toMatchObject({ status, body: { code } });
    await expectCode({ lead_ids: [id], updates: {} }, 400, "invalid_request");
    await expectCode({ lead_ids: [id], updates: { assigned_agent: agent.email } }, 400, "invalid_request");
    await expectCode({ lead_ids: [id], updates: { name: "All the same" } }, 400, "invalid_request");
    await expectCode({ lead_ids: [id], updates: { priority: null } }, 400, "invalid_request");
    await expectCode({ lead_ids: "all", updates: { priority: "high" } }, 400, "invalid_request");
    await expectCode({ lead_ids: [id], updates: { disposition: "sold" } }, 422, "unknown_disposition");
    await expectCode({ lead_ids: [id], updates: { priority: "high" } }, 403, "forbidden", agent);
    expect(await written(house.db)).toEqual(before);
  });
});
