import type { Db } from "@/lib/db/client";

/** Moves the clock of the test file's database: evenhand_now() answers that many seconds after the real time. */
export async function setClock(db: Db, secondsAhead: number): Promise<void> {
  await db.clockOffset.update({ where: { id: 1 }, data: { seconds: secondsAhead } });
}

/** The clock of the test file's database, moved on step by step. */
export class MovingClock {
  private ahead = 0;

  /** The database is asked for once it is needed: a file's is made before its first test. */
  constructor(private readonly db: () => Db) {}

  async later(seconds: number): Promise<void> {
    this.ahead += seconds;
    await setClock(this.db(), this.ahead);
  }

  /** What it shows now. */
  now(): Date {
    return new Date(Date.now() + this.ahead * 1_000);
  }

  /** Back to the real time. */
  reset(): Promise<void> {
    return this.later(-this.ahead);
  }
}
