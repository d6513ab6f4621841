import { beforeAll, describe, expect, it } from "vitest";
import { checkFilter } from "@/modules/leads/domain/lead-filter";
import { filterCondition } from "@/modules/leads/repositories/lead-filter.sql";
import { generateScale } from "@/scripts/scale-data/generate";
import { testDatabase } from "@/tests/support/database";

const LEADS = 2_000;
const one = testDatabase();
const other = testDatabase();
const another = testDatabase();

beforeAll(async () => {
  const log = (): void => undefined;
  await generateScale(one.url, { leads: LEADS, log });
  await generateScale(other.url, { leads: LEADS, log });
  await generateScale(another.url, { leads: LEADS, seed: 7, log });
});

async function digest({ db }: typeof one): Promise<unknown> {
  return db.$queryRaw`
    SELECT (SELECT md5(string_agg(l::text, ' ' ORDER BY l.id)) FROM leads l) AS leads,
      (SELECT md5(string_agg(a::text, ' ' ORDER BY a.id)) FROM lead_activities a) AS activities,
      (SELECT md5(string_agg(m::text, ' ' ORDER BY m)) FROM team_members m) AS members`;
}

describe("generated leads", () => {
  it("are the same for the same seed, and others for another", async () => {
    expect(await digest(other)).toEqual(await digest(one));
    expect(await digest(another)).not.toEqual(await digest(one));
  });

  it("have ten activities each, a tenth of them notes, and counters that are the counts", async () => {
    const { db } = one;
    expect(await db.lead.count()).toBe(LEADS);
    expect(await db.leadActivity.count()).toBe(10 * LEADS);
    const notes = await db.leadActivity.count({ where: { type: "note" } });
    expect(notes / LEADS).toBeGreaterThan(0.8);
    expect(notes / LEADS).toBeLessThan(1.2);
    const wrong = await db.$queryRaw`
      SELECT 'open_leads' AS what, a.id FROM agents a WHERE a.open_leads <> (
        SELECT count(*) FROM leads l JOIN dispositions d ON d.code = l.disposition AND d.is_open
        WHERE l.assigned_agent = a.id)
      UNION ALL
      SELECT 'notes or last activity', l.id FROM leads l JOIN (
        SELECT lead_id, count(*) FILTER (WHERE type = 'note') AS notes, max(at) AS last FROM lead_activities GROUP BY 1) a
        ON a.lead_id = l.id WHERE a.notes <> l.notes_count OR a.last <> l.last_activity_at`;
    expect(wrong).toEqual([]);
  });

  it("are thought by the planner to be as many of one agent as one agent has, so that it takes the index", async () => {
    const { db } = one;
    const leaf = { field: "assigned_agent", op: "eq", value: "scale-agent5@evenhand.test" } as const;
    const [explained] = await db.$queryRaw<{ "QUERY PLAN": [{ Plan: { "Plan Rows": number } }] }[]>`
      EXPLAIN (FORMAT JSON) SELECT 1 FROM leads l WHERE ${filterCondition(checkFilter(leaf))}`;
    const [counted] = await db.$queryRaw<{ average: number }[]>`
      SELECT count(assigned_agent)::float8 / count(DISTINCT assigned_agent) AS "average" FROM leads`;
    expect(explained?.["QUERY PLAN"][0].Plan["Plan Rows"]).toBeLessThan(3 * (counted?.average ?? 0));
  });

  it("are found by the text that triggers would have kept, with the indexes of the migrations", async () => {
    const texts = () =>
      one.db.$queryRaw`SELECT md5(string_agg(s::text, ' ' ORDER BY s.lead_id, s.note_id)) FROM lead_search s`;
    const generated = await texts();
    await one.db.$executeRaw`UPDATE leads SET name = name || ' '`;
    await one.db.$executeRaw`UPDATE leads SET name = rtrim(name)`;
    await one.db.$executeRaw`UPDATE lead_activities SET data = data || '{"again": 1}' WHERE type = 'note'`;
    expect(await texts()).toEqual(generated);
    const indexes = ({ db }: typeof one) =>
      db.$queryRaw`SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname`;
    expect(await indexes(one)).toEqual(await indexes(empty));
  });

  it("are never mixed with others", async () => {
    await expect(generateScale(one.url, { leads: 1, log: () => undefined })).rejects.toThrow(/has to be empty/);
  });
});

const empty = testDatabase();
