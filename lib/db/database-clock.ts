import type { Db } from "./client";

/** The database's time, by which leases and expiries are decided (law 7). */
export const databaseClock =
  (db: Db): (() => Promise<Date>) =>
  async () => {
    const [row] = await db.$queryRaw<{ now: Date }[]>`SELECT evenhand_now() AS "now"`;
    if (!row) throw new Error("the database did not say what time it is");
    return row.now;
  };
