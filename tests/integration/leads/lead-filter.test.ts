import { describe, expect, test } from "vitest";
import { Prisma } from "@/lib/db/generated/client";
import { newId } from "@/lib/ids";
import { checkFilter, type LeadFilter } from "@/modules/leads/domain/lead-filter";
import { filterCondition } from "@/modules/leads/repositories/lead-filter.sql";
import { testDatabase } from "../../support/database";

const database = testDatabase();

async function names(filter: LeadFilter): Promise<string[]> {
  const condition = filterCondition(checkFilter(filter));
  const rows = await database.db.$queryRaw<{ name: string }[]>(
    Prisma.sql`SELECT l.name FROM leads l WHERE ${condition} ORDER BY l.name`,
  );
  return rows.map((row) => row.name);
}

async function seed(): Promise<void> {
  const userId = newId();
  const agentId = newId();
  const email = "ada@evenhand.test";
  await database.db.user.create({ data: { id: userId, email, name: "Ada", role: "agent", passwordHash: "x" } });
  await database.db.agent.create({ data: { id: agentId, userId } });
  const lead = { source: "web", phone: "+15550100001" };
  await database.db.lead.createMany({
    data: [
      { ...lead, id: newId(), name: "Ann 100%", email: "ann@example.test", priority: "urgent", tags: ["hot", "vip"] },
      { ...lead, id: newId(), name: "Bob", phone: "+442071234567", assignedAgentId: agentId, notesCount: 3 },
      { ...lead, id: newId(), name: "Cyd", priority: "high", lastActivityAt: new Date(Date.now() - 5 * 86_400_000) },
    ],
  });
}

describe("a filter as SQL", () => {
  test("answers what each operator says, with nothing lost to empty columns", async () => {
    await seed();
    expect(await names({ field: "name", op: "contains", value: "100%" })).toEqual(["Ann 100%"]);
    expect(await names({ field: "name", op: "contains", value: "%" })).toEqual(["Ann 100%"]);
    expect(await names({ field: "email", op: "neq", value: "ann@example.test" })).toEqual(["Bob", "Cyd"]);
    expect(await names({ field: "email", op: "is_empty" })).toEqual(["Bob", "Cyd"]);
    expect(await names({ not: { field: "email", op: "contains", value: "ann" } })).toEqual(["Bob", "Cyd"]);
    expect(await names({ field: "priority", op: "gte", value: "high" })).toEqual(["Ann 100%", "Cyd"]);
    expect(await names({ field: "priority", op: "between", value: ["normal", "high"] })).toEqual(["Bob", "Cyd"]);
    expect(await names({ field: "tags", op: "contains", value: "hot" })).toEqual(["Ann 100%"]);
    expect(await names({ field: "tags", op: "in", value: ["cold", "vip"] })).toEqual(["Ann 100%"]);
    expect(await names({ field: "tags", op: "not_in", value: ["vip"] })).toEqual(["Bob", "Cyd"]);
    expect(await names({ field: "assigned_agent", op: "eq", value: "ADA@evenhand.test" })).toEqual(["Bob"]);
    expect(await names({ field: "assigned_agent", op: "neq", value: "ada@evenhand.test" })).toEqual([
      "Ann 100%",
      "Cyd",
    ]);
    expect(await names({ field: "assigned_agent", op: "is_empty" })).toEqual(["Ann 100%", "Cyd"]);
    expect(await names({ field: "notes_count", op: "gt", value: 2 })).toEqual(["Bob"]);
    expect(await names({ field: "last_activity", op: "within_last", value: { n: 1, unit: "weeks" } })).toEqual(["Cyd"]);
    expect(await names({ field: "last_activity", op: "within_last", value: { n: 1, unit: "days" } })).toEqual([]);
    expect(await names({ field: "text", op: "contains", value: "7123-4567" })).toEqual(["Bob"]);
    expect(await names({ and: [] })).toHaveLength(3);
    expect(await names({ or: [] })).toEqual([]);
    expect(
      await names({
        or: [
          { field: "name", op: "starts_with", value: "b" },
          {
            and: [
              { field: "priority", op: "eq", value: "high" },
              { not: { field: "source", op: "eq", value: "fair" } },
            ],
          },
        ],
      }),
    ).toEqual(["Bob", "Cyd"]);
  });
});
