import { beforeAll, describe, expect, it, vi } from "vitest";
import { newId } from "@/lib/ids";
import type { Lead } from "@/modules/leads/schemas";
import { createAgent, type TestAgent } from "@/tests/support/factories/agents";
import { createLead, createLeads } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { client } from "@/tests/support/http";
import { testHouse } from "@/tests/support/test-house";

const house = testHouse();
const PATH = "/api/leads/advanced-search";
let manager: TestUser;
let agent: TestAgent;
let other: TestAgent;

interface Page {
  leads: Lead[];
  next_cursor: string | null;
  total: number;
  total_is_estimate: boolean;
  code: string;
}

const search = (body: object, by: TestUser = manager) => client(by).post<Page>(PATH, body);
const text = (value: string) => ({ field: "text", op: "contains", value });

async function names(filter: object, by: TestUser = manager): Promise<string[]> {
  const { status, body } = await search({ filter, sort: { field: "name" }, limit: 500 }, by);
  expect([status, filter]).toEqual([200, filter]);
  expect(body.total).toBe(body.leads.length);
  return body.leads.map(({ name }) => name);
}

beforeAll(async () => {
  manager = await createManager(house.db);
  agent = await createAgent(house.db);
  other = await createAgent(house.db);
});

describe("what an agent finds", () => {
  const mine = newId();
  const theirs = newId();

  beforeAll(async () => {
    await house.db.team.createMany({
      data: [
        { id: mine, name: "mine" },
        { id: theirs, name: "theirs" },
      ],
    });
    await house.db.teamMember.create({ data: { teamId: mine, agentId: agent.agentId } });
    const source = "visibility";
    const inTeam = async (name: string, teamId: string, assignedTo?: string) => {
      const id = await createLead(house.db, { name, source, ...(assignedTo ? { assignedTo } : {}) });
      await house.db.lead.update({ where: { id }, data: { teamId } });
    };
    await createLead(house.db, { name: "free", source });
    await createLead(house.db, { name: "own", source, assignedTo: agent.agentId });
    await createLead(house.db, { name: "foreign", source, assignedTo: other.agentId });
    await inTeam("free in my team", mine);
    await inTeam("free in another team", theirs);
    await inTeam("own in another team", theirs, agent.agentId);
    await inTeam("foreign in my team", mine, other.agentId);
  });

  it("is their own leads and those nobody has, of no team or one of theirs", async () => {
    const all = { field: "source", op: "eq", value: "visibility" };
    expect(await names(all, agent)).toEqual(["free", "free in my team", "own", "own in another team"]);
    expect(await names(all, other)).toEqual(["foreign", "foreign in my team", "free"]);
    expect(await names(all)).toHaveLength(7);
    expect(await names({ not: { field: "source", op: "eq", value: "x" } }, agent)).not.toContain("foreign");
    expect(await names({ and: [all, text("foreign")] }, agent)).toEqual([]);
    expect(await names({ and: [all, { field: "team", op: "eq", value: "mine" }] })).toEqual([
      "foreign in my team",
      "free in my team",
    ]);
  });

  it("is the same in the plain list", async () => {
    const { body } = await client(agent).get<Page>("/api/leads?q=free&sort=name");
    expect(body.leads.map(({ name }) => name)).toEqual(["free", "free in my team"]);
  });
});

describe("free text", () => {
  it("follows names, e-mails, phone numbers and notes as they change", async () => {
    const made = await client(manager).post<Lead>("/api/leads", {
      name: "Marguerite Yourcenar",
      phone: "+14155550123",
      notes: "Prefers the Petite Plaisance",
    });
    const id = made.body.lead_id;
    const found = async (value: string) => (await names(text(value))).length;
    expect(await found("yourcen")).toBe(1);
    expect(await found("(415) 555-0123")).toBe(1);
    expect(await found("PETITE plaisance")).toBe(1);
    await client(manager).patch(`/api/leads/${id}`, { name: "Marguerite de Crayencour", email: "m@hadrian.example" });
    expect([await found("yourcen"), await found("crayenc"), await found("hadrian")]).toEqual([0, 1, 1]);
    await client(manager).post(`/api/leads/${id}/notes`, { text: "Reads Ζήνων at night" });
    expect(await found("ζήν")).toBe(1);
    await client(manager).delete(`/api/leads/${id}`);
    expect([await found("crayenc"), await found("petite plaisance")]).toEqual([0, 0]);
  });

  it("is left alone by work that changes neither names nor notes", async () => {
    const before = await house.db.$queryRaw`SELECT lead_id, note_id, ctid::text FROM lead_search ORDER BY 1, 2`;
    await house.db
      .$executeRaw`UPDATE leads SET disposition = 'contacted', priority = 'high', tags = '{a}', version = version + 1`;
    expect(await house.db.$queryRaw`SELECT lead_id, note_id, ctid::text FROM lead_search ORDER BY 1, 2`).toEqual(
      before,
    );
  });

  it("of one or two letters is looked for where words begin", async () => {
    await createLead(house.db, { name: "Qi Xu", email: "wq@example.com" });
    expect(await names(text("q"))).toEqual(["Qi Xu"]);
    expect(await names(text("XU"))).toEqual(["Qi Xu"]);
    expect(await names(text("wq"))).toEqual(["Qi Xu"]);
    expect(await names(text("u"))).toEqual([]);
  });

  it("is taken literally, whatever it looks like", async () => {
    await createLead(house.db, { name: "a.*b (c|d)+ [e] ^f$ \\g %h_" });
    expect(await names(text(".*b (c|d)+"))).toHaveLength(1);
    expect(await names(text("\\g %h_"))).toHaveLength(1);
    for (const value of ["a.+b", "(a+)+$", "%%%", "___", "'; DROP TABLE leads; --", "\u202e\u0001", "😀😀"]) {
      expect([value, await names(text(value))]).toEqual([value, []]);
    }
  });
});

describe("what is refused", () => {
  const nested = (depth: number): object =>
    depth === 1 ? { field: "name", op: "eq", value: "a" } : { not: nested(depth - 1) };

  it("is told with the reason", async () => {
    const cases: [object, number, string][] = [
      [{ filter: nested(50) }, 422, "filter_too_deep"],
      [{ filter: { or: Array.from({ length: 200 }, () => nested(1)) } }, 422, "filter_too_large"],
      [{ filter: { or: Array.from({ length: 5_000 }, () => nested(1)) } }, 422, "filter_too_large"],
      [{ filter: { field: "name", op: "matches", value: ".*" } }, 400, "invalid_request"],
      [{ filter: { field: "tags", op: "gt", value: "a" } }, 422, "filter_operator"],
      [{ filter: { field: "created_at", op: "gt", value: "0000-01-01T00:00:00Z" } }, 422, "filter_value"],
      [{ filter: text("   ") }, 422, "filter_value"],
      [{ filter: text("a\0b") }, 400, "invalid_text"],
      [{ filter: text("\ud800") }, 400, "invalid_text"],
      [{ filter: {} }, 400, "invalid_request"],
      [{ filter: null }, 400, "invalid_request"],
      [{ sort: { field: "updated_at" } }, 400, "invalid_request"],
      [{ sort: { field: "name", direction: "up" } }, 400, "invalid_request"],
      [{ limit: 501 }, 400, "invalid_request"],
      [{ limit: 0 }, 400, "invalid_request"],
      [{ surprise: 1 }, 400, "invalid_request"],
      [{ cursor: "" }, 400, "invalid_cursor"],
      [{ cursor: "%00" }, 400, "invalid_cursor"],
    ];
    for (const [body, status, code] of cases) {
      const answer = await search(body);
      expect([body, answer]).toMatchObject([body, { status, body: { code, success: false } }]);
    }
  });

  it("takes no longer for a filter nested fifty thousand deep", async () => {
    const rawBody = `{"filter":${'{"not":'.repeat(50_000)}{}${"}".repeat(50_000)}}`;
    const answer = await client(manager).post(PATH, undefined, { rawBody });
    expect(answer).toMatchObject({ status: 400, body: { code: "too_deep" } });
  });

  it("is no instant, number or list that can be stored", async () => {
    const instants = ["9999-12-31T23:59:59.999999Z", "0001-01-01T00:00:00Z", "2026-01-01T00:00:00+23:59"];
    for (const value of instants) {
      const on = { field: "created_at", op: "between", value: [value, value] };
      expect(await names(on)).toEqual([]);
    }
    for (const value of [1e308, -1e308, 5e-324, 0.5]) {
      expect(await names({ field: "notes_count", op: "eq", value })).toEqual([]);
    }
    const many = Array.from({ length: 1_000 }, (_, index) => `nobody ${index}`);
    const wide = Array.from({ length: 150 }, () => ({ field: "name", op: "in", value: many }));
    expect(await search({ filter: { or: wide } })).toMatchObject({ status: 413 });
    expect(await names({ or: wide.slice(0, 50) })).toEqual([]);
  });

  const cancelled = async (): Promise<boolean> => {
    const rows = await house.db.$queryRaw<unknown[]>`
      SELECT pg_cancel_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    return rows.length > 0;
  };

  it("is a search that the database gives up", async () => {
    let answer: ReturnType<typeof search> | undefined;
    await house.db.$transaction(
      async (tx) => {
        await tx.$executeRaw`LOCK TABLE leads IN ACCESS EXCLUSIVE MODE`;
        answer = search({});
        await vi.waitUntil(cancelled, { timeout: 60_000, interval: 50 });
      },
      { timeout: 90_000 },
    );
    expect(await answer).toMatchObject({ status: 422, body: { code: "search_too_slow" } });
  });

  it("is everybody who is not signed in", async () => {
    expect((await client().post(PATH, {})).status).toBe(401);
  });
});

describe("a cursor", () => {
  const filter = { field: "source", op: "eq", value: "cursor" };

  beforeAll(async () => {
    await createLeads(house.db, 30, { source: "cursor" });
  });

  it("is good for the search, order and person it was made for", async () => {
    const { body } = await search({ filter, limit: 10 });
    const cursor = body.next_cursor ?? "";
    expect(body).toMatchObject({ total: 30, total_is_estimate: false });
    expect(await search({ filter, limit: 5, cursor })).toMatchObject({ status: 200, body: { total: 30 } });
    const foreign = [
      search({ cursor }),
      search({ filter: { field: "source", op: "eq", value: "Cursor" }, cursor }),
      search({ filter: { and: [filter] }, cursor }),
      search({ filter, sort: { field: "name" }, cursor }),
      search({ filter, sort: { field: "created_at", direction: "asc" }, cursor }),
      search({ filter, cursor }, agent),
      search({ filter, cursor: `${cursor.slice(0, 20)}${cursor[20] === "A" ? "B" : "A"}${cursor.slice(21)}` }),
      search({ filter, cursor: cursor.slice(0, -4) }),
      search({ filter, cursor: `${cursor}AAAA` }),
      client(manager).get(`/api/leads?cursor=${cursor}`),
    ];
    for (const [at, answer] of (await Promise.all(foreign)).entries()) {
      expect([at, answer]).toMatchObject([at, { status: 400, body: { code: "invalid_cursor" } }]);
    }
  });

  it("brings every lead once and in order while others come, change and go", async () => {
    const sort = { field: "name", direction: "asc" };
    const stay = new Set((await search({ filter, sort, limit: 500 })).body.leads.map(({ lead_id }) => lead_id));
    const seen: Lead[] = [];
    for (let cursor: string | undefined; ;) {
      const { status, body } = await search({ filter, sort, limit: 4, ...(cursor ? { cursor } : {}) });
      expect(status).toBe(200);
      seen.push(...body.leads);
      if (body.next_cursor === null) break;
      cursor = body.next_cursor;
      const extra = await createLead(house.db, { name: `Lead ${seen.length * 7}`, source: "cursor" });
      await house.db.$executeRaw`UPDATE leads SET priority = 'high', version = version + 1 WHERE source = 'cursor'`;
      if (seen.length % 8 === 0) await house.db.lead.update({ where: { id: extra }, data: { deletedAt: new Date() } });
    }
    const ids = seen.map(({ lead_id }) => lead_id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(ids.filter((id) => stay.has(id)))).toEqual(stay);
    const keys = seen.map(({ name, lead_id }) => [name, lead_id] as const);
    expect(keys).toEqual(keys.toSorted(([a, i], [b, j]) => (a < b ? -1 : a > b ? 1 : i < j ? -1 : 1)));
  });
});
