import type { Db } from "@/lib/db/client";

/** Moves the clock of the test file's database: evenhand_now() answers that many seconds after the real time. */
export async function setClock(db: Db, secondsAhead: number): Promise<void> {
  await db.clockOffset.update({ where: { id: 1 }, data: { seconds: secondsAhead } });
}
