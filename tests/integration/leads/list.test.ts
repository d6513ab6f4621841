import { beforeAll, describe, expect, it } from "vitest";
import type { Lead } from "@/modules/leads/schemas";
import { createAgent, type TestAgent } from "@/tests/support/factories/agents";
import { createLead } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { client } from "@/tests/support/http";
import { testHouse } from "@/tests/support/test-house";

const house = testHouse();
const DAY_MS = 86_400_000;
let manager: TestUser;
let agent: TestAgent;
let other: TestAgent;

interface Page {
  leads: Lead[];
  next_cursor: string | null;
  total: number;
  total_is_estimate: boolean;
}

/** Sixty leads: many share a day, a priority or a name, and a third were never assigned. */
beforeAll(async () => {
  manager = await createManager(house.db);
  agent = await createAgent(house.db);
  other = await createAgent(house.db);
  const from = Date.parse("2026-06-01T00:00:00Z");
  for (let index = 0; index < 60; index += 1) {
    const owner = [undefined, agent.agentId, other.agentId][index % 3];
    await createLead(house.db, {
      name: `Lead ${String.fromCodePoint(65 + (index % 7))}`,
      email: index % 5 === 0 ? null : `person${index}_x@example.com`,
      phone: `+1555700${String(1_000 + index)}`,
      priority: (["normal", "high", "urgent"] as const)[index % 3] ?? "normal",
      disposition: index % 4 === 0 ? "contacted" : "new",
      createdAt: new Date(from + Math.floor(index / 4) * DAY_MS),
      ...(owner ? { assignedTo: owner, assignedAt: new Date(from + Math.floor(index / 6) * DAY_MS) } : {}),
    });
  }
  await createLead(house.db, { name: "Removed", deletedAt: new Date() });
});

const list = (query: string, by: TestUser = manager) => client(by).get<Page>(`/api/leads?${query}`);

async function all(query: string, by: TestUser = manager): Promise<Lead[]> {
  const found: Lead[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const { status, body } = await list(`${query}&limit=7${cursor && `&cursor=${cursor}`}`, by);
    expect(status).toBe(200);
    found.push(...body.leads);
    cursor = body.next_cursor;
  }
  return found;
}

const value = (lead: Lead, sort: string): string | number | null =>
  sort === "priority"
    ? ["normal", "high", "urgent"].indexOf(lead.priority)
    : ((lead as unknown as Record<string, string | null>)[sort] ?? null);

describe("GET /api/leads", () => {
  for (const sort of ["created_at", "assigned_at", "last_activity", "name", "priority"]) {
    for (const direction of ["asc", "desc"]) {
      it(`pages by ${sort} ${direction}: each lead once, in order, empty values last`, async () => {
        const leads = await all(`sort=${sort}&direction=${direction}`);
        expect(new Set(leads.map(({ lead_id }) => lead_id)).size).toBe(60);
        const values = leads.map((lead) => value(lead, sort));
        const present = values.filter((one) => one !== null);
        expect(values.slice(0, present.length)).toEqual(present);
        const sorted = [...present].sort((one, two) => (one < two ? -1 : one > two ? 1 : 0));
        expect(present).toEqual(direction === "asc" ? sorted : sorted.reverse());
      });
    }
  }

  it("shows the newest first with an exact total when it is not told otherwise", async () => {
    const { body } = await list("limit=5");
    expect(body).toMatchObject({ total: 60, total_is_estimate: false, next_cursor: expect.any(String) });
    expect(body.leads[0]?.created_at.slice(0, 10)).toBe("2026-06-15");
  });

  it("does not skip or repeat a lead when others appear between two pages", async () => {
    const first = await list("limit=30");
    const extra = await createLead(house.db, { name: "Newcomer" });
    const rest = await list(`limit=100&cursor=${first.body.next_cursor}`);
    const ids = [...first.body.leads, ...rest.body.leads].map(({ lead_id }) => lead_id);
    expect(ids).toHaveLength(60);
    expect(new Set(ids).size).toBe(60);
    await house.db.lead.delete({ where: { id: extra } });
  });

  it("filters by agent, disposition and priority", async () => {
    const owners = async (query: string, by?: TestUser) =>
      new Set((await all(query, by)).map(({ assigned_agent }) => assigned_agent));
    expect(await owners("assigned_agent=none")).toEqual(new Set([null]));
    expect(await owners(`assigned_agent=${other.email}`)).toEqual(new Set([other.email]));
    expect(await owners("assigned_agent=me", agent)).toEqual(new Set([agent.email]));
    expect((await list("assigned_agent=nobody@evenhand.test")).body.total).toBe(0);
    expect((await list("disposition=contacted")).body.total).toBe(15);
    expect((await list("priority=urgent&disposition=contacted")).body.total).toBe(5);
  });

  it("shows an agent their own leads and those nobody has", async () => {
    const seen = await all("sort=name", agent);
    expect(seen).toHaveLength(40);
    expect(new Set(seen.map(({ assigned_agent }) => assigned_agent))).toEqual(new Set([agent.email, null]));
    expect((await list(`assigned_agent=${other.email}`, agent)).body).toMatchObject({ leads: [], total: 0 });
  });

  it("finds by name, e-mail and the digits of a phone number, taking every character literally", async () => {
    const total = async (q: string) => (await list(`q=${encodeURIComponent(q)}`)).body.total;
    expect(await total("lead c")).toBe(9);
    expect(await total("PERSON12_")).toBe(1);
    expect(await total("person1__x")).toBe(0);
    expect(await total("%")).toBe(0);
    expect(await total("\\")).toBe(0);
    expect(await total("(555) 700-1007")).toBe(1);
    expect(await total("5557001007")).toBe(1);
    expect(await total("Robert'); DROP TABLE leads;--")).toBe(0);
  });

  it("refuses an edited cursor, and one of another order", async () => {
    const { body } = await list("limit=5");
    const cursor = body.next_cursor ?? "";
    const edited = [
      `${cursor.slice(0, -2)}${cursor.endsWith("A") ? "B" : "A"}${cursor.slice(-1)}`,
      `A${cursor.slice(1)}`,
      cursor.slice(0, 10),
      `${cursor}=`,
      "",
      "%01",
      Buffer.from('["2026-01-01","x"]').toString("base64url"),
    ];
    for (const bad of edited) {
      const answer = await list(`cursor=${bad}`);
      expect([bad, answer]).toMatchObject([bad, { status: 400, body: { code: "invalid_cursor" } }]);
    }
    expect(await list(`cursor=${cursor}&direction=asc`)).toMatchObject({ status: 400 });
    expect(await list(`cursor=${cursor}&sort=name`)).toMatchObject({ status: 400 });
  });

  it("refuses queries of the wrong shape", async () => {
    for (const query of ["limit=0", "limit=501", "limit=x", "sort=phone", "surprise=1", "priority=low", "q=%00"]) {
      expect([query, await list(query)]).toMatchObject([query, { status: 400 }]);
    }
    expect((await client().get("/api/leads")).status).toBe(401);
  });
});
