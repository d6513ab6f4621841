import { beforeAll, describe, expect, it } from "vitest";
import type { Activity, Lead } from "@/modules/leads/schemas";
import { createAgent, type TestAgent } from "@/tests/support/factories/agents";
import { createLead, createLeads } from "@/tests/support/factories/leads";
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

const patch = (leadId: string, body: object, by: TestUser = manager) =>
  client(by).patch<Lead & { code: string; errors?: { message: string }[] }>(`/api/leads/${leadId}`, body);
const dateOf = async (leadId: string) => (await client(manager).get<Lead>(`/api/leads/${leadId}`)).body.follow_up_on;
const timeline = async (leadId: string) =>
  (await client(manager).get<{ activities: Activity[] }>(`/api/leads/${leadId}/activity`)).body.activities;

describe("the follow-up of one lead", () => {
  it("is given, changed by its agent, taken away, and told each time", async () => {
    const made = await client(manager).post<Lead>("/api/leads", {
      name: "Dana",
      phone: "+14155550123",
      follow_up_on: "2026-12-24",
    });
    expect(made.body.follow_up_on).toBe("2026-12-24");
    const leadId = made.body.lead_id;
    await client(manager).post(`/api/leads/${leadId}/assign`, { agent_email: agent.email });
    expect((await patch(leadId, { follow_up_on: "2028-02-29" }, agent)).body.follow_up_on).toBe("2028-02-29");
    expect((await patch(leadId, { follow_up_on: null })).body.follow_up_on).toBeNull();
    const told = (await timeline(leadId)).filter(({ type }) => type === "updated").map(({ data }) => data.changes);
    expect(told).toEqual([
      { follow_up_on: { from: "2028-02-29", to: null } },
      { follow_up_on: { from: "2026-12-24", to: "2028-02-29" } },
    ]);
    const audit = await house.db.auditEntry.findFirstOrThrow({
      where: { entityId: leadId, action: "lead.updated" },
      orderBy: { id: "desc" },
    });
    expect(audit).toMatchObject({ before: { follow_up_on: "2028-02-29" }, after: { follow_up_on: null } });
    // The same once more writes nothing.
    const before = (await client(manager).get<Lead>(`/api/leads/${leadId}`)).body.version;
    expect((await patch(leadId, { follow_up_on: null })).body.version).toBe(before);
  });

  it.each([
    "2026-02-29",
    "2026-13-01",
    "0026-11-30",
    "2206-11-30",
    "2026-11-30T10:00:00Z",
    "30/11/2026",
    "tomorrow",
    "",
  ])("is not %j", async (date) => {
    const leadId = await createLead(house.db);
    const { status, body } = await patch(leadId, { follow_up_on: date });
    expect([status, body.errors?.[0]?.message]).toEqual([400, expect.stringMatching(/calendar date|year from/)]);
  });
});

interface Results {
  updated_count: number;
  results: { status: string }[];
}

describe("follow-ups of many leads", () => {
  it("are set in one request, previewed row by row, and taken back", async () => {
    const ids = await createLeads(house.db, 3);
    await patch(ids[0] as string, { follow_up_on: "2026-12-01" });
    await patch(ids[1] as string, { follow_up_on: "2027-01-05" });
    const done = await client(manager).post<Results>("/api/leads/bulk-update", {
      lead_ids: ids,
      updates: { follow_up_on: "2026-12-01" },
    });
    expect(done.body.results.map(({ status }) => status)).toEqual(["unchanged", "updated", "updated"]);
    const planId = done.headers.get("bulk-plan-id") ?? "";
    const rows = await client(manager).get<{ rows: { changes: unknown }[] }>(`/api/bulk-plans/${planId}/rows`);
    expect(rows.body.rows.map(({ changes }) => changes)).toEqual([
      {},
      { follow_up_on: { before: "2027-01-05", after: "2026-12-01" } },
      { follow_up_on: { before: null, after: "2026-12-01" } },
    ]);
    const undo = await client(manager).post(`/api/bulk-plans/${planId}/undo`, {});
    expect(undo.status).toBeLessThan(300);
    expect(await Promise.all(ids.map(dateOf))).toEqual(["2026-12-01", "2027-01-05", null]);
    const cleared = await client(manager).post<Results>("/api/leads/bulk-update", {
      search: { filter: { field: "follow_up_on", op: "lte", value: "2026-12-01" } },
      updates: { follow_up_on: null, priority: "high" },
    });
    expect(cleared.body.updated_count).toBe(1);
    expect(await Promise.all(ids.map(dateOf))).toEqual([null, "2027-01-05", null]);
    const [entry] = await timeline(ids[0] as string);
    expect(entry?.data.changes).toEqual({
      follow_up_on: { from: "2026-12-01", to: null },
      priority: { from: "normal", to: "high" },
    });
  });

  it("are set each to its own by a plan of edits", async () => {
    const ids = await createLeads(house.db, 3);
    await patch(ids[2] as string, { follow_up_on: "2027-03-01" });
    const edits = [
      { lead_id: ids[0], set: { follow_up_on: "2027-02-01", name: "Zoe" } },
      { lead_id: ids[1], set: { follow_up_on: null } },
      { lead_id: ids[2], set: { follow_up_on: null } },
    ];
    const done = await client(manager).post<Results>("/api/leads/bulk-edit", { edits });
    expect(done.body.results.map(({ status }) => status)).toEqual(["updated", "unchanged", "updated"]);
    await client(manager).post(`/api/bulk-plans/${done.headers.get("bulk-plan-id") ?? ""}/undo`, {});
    expect(await Promise.all(ids.map(dateOf))).toEqual([null, null, "2027-03-01"]);
  });
});

describe("merging leads", () => {
  it("keeps the survivor's follow-up, or the other's where it has none, and parts them again", async () => {
    const [one, other] = (await createLeads(house.db, 2)) as [string, string];
    await patch(other, { follow_up_on: "2027-04-01" });
    const merged = await client(manager).post<{ lead: Lead }>(`/api/leads/${one}/merge`, { other_lead_id: other });
    expect(merged.body.lead.follow_up_on).toBe("2027-04-01");
    await client(manager).post(`/api/leads/${other}/unmerge`);
    expect([await dateOf(one), await dateOf(other)]).toEqual([null, "2027-04-01"]);
    await patch(one, { follow_up_on: "2027-05-01" });
    const again = await client(manager).post<{ lead: Lead }>(`/api/leads/${one}/merge`, {
      other_lead_id: other,
      keep: { follow_up_on: "other" },
    });
    expect(again.body.lead.follow_up_on).toBe("2027-04-01");
  });
});

describe("searching by follow-up", () => {
  it("pages in order of the date, leads without one last, both ways", async () => {
    const source = "paged";
    const days = ["2027-01-03", "2027-01-01", "2027-01-02", "2027-01-01"];
    const dated: string[] = [];
    for (const day of days) dated.push(await createLead(house.db, { source, followUpOn: new Date(day) }));
    const without = await createLeads(house.db, 3, { source });
    const [third, first, second, alsoFirst] = dated as [string, string, string, string];
    const sort = { field: "follow_up_on" };
    const pages = async (direction?: "desc") => {
      const found: string[] = [];
      for (let cursor: string | null | undefined; cursor !== null;) {
        const { body } = await client(manager).post<{ leads: Lead[]; next_cursor: string | null }>(
          "/api/leads/advanced-search",
          {
            filter: { field: "source", op: "eq", value: source },
            sort: { ...sort, ...(direction && { direction }) },
            limit: 2,
            ...(cursor !== undefined && { cursor }),
          },
        );
        found.push(...body.leads.map(({ lead_id }) => lead_id));
        cursor = body.next_cursor;
      }
      return found;
    };
    expect(await pages()).toEqual([...[first, alsoFirst].toSorted(), second, third, ...without.toSorted()]);
    expect(await pages("desc")).toEqual([
      third,
      second,
      ...[first, alsoFirst].toSorted().toReversed(),
      ...without.toSorted().toReversed(),
    ]);
  });

  it("refuses what is no date", async () => {
    const filter = { field: "follow_up_on", op: "eq", value: "2026-02-30" };
    const { status, body } = await client(manager).post("/api/leads/advanced-search", { filter });
    expect([status, body.code]).toEqual([422, "filter_value"]);
  });
});
