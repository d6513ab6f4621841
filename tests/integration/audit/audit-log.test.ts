import { expect, it } from "vitest";
import { systemActor } from "@/lib/principal";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import type { AuditRow } from "@/modules/audit/schemas";
import { createAdmin, createManager } from "@/tests/support/factories/users";
import { client } from "@/tests/support/http";
import { testHouse } from "@/tests/support/test-house";

const house = testHouse();
interface Page {
  rows: AuditRow[];
  nextCursor: string | null;
}

it("shows admins the log, newest first, page by page, and nobody else", async () => {
  const admin = await createAdmin(house.db);
  await house.db.$transaction((tx) =>
    writeAudit(
      tx,
      systemActor("test"),
      Array.from({ length: 5 }, (_, index) => ({
        action: "lead.updated",
        entityType: "lead" as const,
        entityId: index === 4 ? "other" : "lead-1",
        after: { index },
      })),
    ),
  );
  const seen: unknown[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const next = cursor === "" ? "" : `&cursor=${cursor}`;
    const page: Page = (await client(admin).get<Page>(`/api/audit?entityType=lead&entityId=lead-1&limit=3${next}`))
      .body;
    seen.push(...page.rows.map((row) => row.after));
    cursor = page.nextCursor;
  }
  expect(seen).toEqual([{ index: 3 }, { index: 2 }, { index: 1 }, { index: 0 }]);
  expect((await client(await createManager(house.db)).get("/api/audit")).status).toBe(403);
  expect((await client(admin).get("/api/audit?cursor=x")).status).toBe(400);
});
