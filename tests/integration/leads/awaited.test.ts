import { beforeAll, expect, it, vi } from "vitest";
import { othersAtWork } from "@/lib/db/activity";
import { createLeads } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { client } from "@/tests/support/http";
import { plansOf } from "@/tests/support/plans";
import { testHouse } from "@/tests/support/test-house";

const house = testHouse({ poolSize: 8 });
let manager: TestUser;

beforeAll(async () => {
  manager = await createManager(house.db);
});

const awaited = async (): Promise<boolean> => (await othersAtWork(house.db)).awaited;

/** Holds a lead, so that bulk work stops at it, until `meanwhile` is through. */
async function holding(leadId: string, meanwhile: () => Promise<void>): Promise<void> {
  await house.db.$transaction(
    async (tx) => {
      await tx.$executeRaw`SELECT 1 FROM leads WHERE id = ${leadId}::uuid FOR UPDATE`;
      await meanwhile();
    },
    { timeout: 90_000 },
  );
}

/** Until a chunk waits for the lead that is held. */
const untilStopped = () =>
  vi.waitFor(
    async () => {
      const [found] = await house.db.$queryRaw<{ count: number }[]>`
        SELECT count(*)::int AS "count" FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      expect(found?.count).toBe(1);
    },
    { timeout: 60_000, interval: 20 },
  );

const change = (lead_ids: string[]) => ({ lead_ids, updates: { source: "awaited" } });

it("shows background work a bulk request that somebody waits for, until it is answered", async () => {
  const ids = await createLeads(house.db, 300);
  let answering: ReturnType<ReturnType<typeof client>["post"]> | undefined;
  await holding(ids[299] as string, async () => {
    expect(await awaited()).toBe(false);
    answering = client(manager).post("/api/leads/bulk-update", change(ids));
    await untilStopped();
    expect(await awaited()).toBe(true);
  });
  expect((await answering)?.status).toBe(200);
  expect(await awaited()).toBe(false);
});

it("does not show it a plan that a worker applies", async () => {
  const ids = await createLeads(house.db, 300);
  const { plan } = (await plansOf(manager).create({ kind: "update", ...change(ids) })).body;
  // As a plan above 10,000 leads is begun.
  await house.db.bulkPlan.update({
    where: { id: plan.plan_id },
    data: { state: "applying", appliedBy: manager.userId, appliedByLabel: manager.email },
  });
  await house.container.planJobs.enqueue(plan.plan_id);
  let working: Promise<number> | undefined;
  await holding(ids[299] as string, async () => {
    working = house.container.planJobs.work("worker", 10);
    await untilStopped();
    expect(await awaited()).toBe(false);
  });
  await working;
  expect((await plansOf(manager).read(plan.plan_id)).state).toBe("done");
});
