import type { Db } from "@/lib/db/client";
import { CRON_SECRET } from "../house";
import type { Crew } from "./crew";
import type { Fault } from "./messages";

/** One step of the clock: longer than every lease, so that what a dead process held may be taken over. */
export const LATER_SECONDS = 17 * 60;
const MOST_ROUNDS = 30;

/** Moves the clock on by one step, the database's and the workers'. */
export async function later(db: Db, crew: Crew): Promise<void> {
  crew.age(LATER_SECONDS);
  await db.$executeRaw`UPDATE clock_offset SET seconds = seconds + ${LATER_SECONDS} WHERE id = 1`;
}

/**
 * Lets everything come to rest after a round: the dead are replaced, leases run out, and the plans they left are gone
 * through to their end by the sweep that production runs. `mishap` befalls the first of these sweeps.
 */
export async function settle(db: Db, crew: Crew, mishap: Fault | null): Promise<void> {
  await crew.refill();
  // The sweep would tidy them away.
  const kept = await db.$queryRaw<{ planId: string }[]>`
    SELECT r.plan_id::text AS "planId" FROM lead_reservations r JOIN bulk_plans p ON p.id = r.plan_id
    WHERE p.state NOT IN ('preparing', 'applying')`;
  if (kept.length > 0) throw new Error(`plans at rest are still promised places: ${JSON.stringify(kept)}`);
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const [row] = await db.$queryRaw<{ left: number }[]>`
      SELECT (SELECT count(*) FROM bulk_plans WHERE state IN ('preparing', 'applying'))::int
        + (SELECT count(*) FROM lead_reservations)::int AS left`;
    if (!row || row.left === 0) return;
    await later(db, crew);
    if (round === 0 && mishap) await crew.arm(0, mishap);
    await crew.ask(0, { method: "GET", path: "/api/cron/bulk-plans", token: CRON_SECRET });
    await crew.arm(0, null);
    await crew.refill();
  }
  throw new Error(`plans are still under way after ${MOST_ROUNDS} sweeps`);
}
