import type { Tx } from "@/lib/db/transaction";

/** The last code that a person was sent. */
export interface PhoneProofRow {
  /** E.164. */
  phone: string;
  /** Keyed hash of the code. */
  codeTag: string;
  tries: number;
  /** By the database's clock. */
  secondsSinceSent: number;
  sentThatDay: number;
  secondsOfThatDay: number;
}

/** Codes by which people show that a number is theirs. Of one person at a time: their preferences are locked before. */
export class PhoneProofRepository {
  async find(tx: Tx, userId: string): Promise<PhoneProofRow | undefined> {
    const rows = await tx.$queryRaw<PhoneProofRow[]>`
      SELECT p.phone, p.code_tag AS "codeTag", p.tries, p.sent_that_day AS "sentThatDay",
        extract(epoch FROM clock.now - p.sent_at)::float8 AS "secondsSinceSent",
        extract(epoch FROM clock.now - p.day_began)::float8 AS "secondsOfThatDay"
      FROM phone_proofs p, (SELECT evenhand_now() AS now) clock WHERE p.user_id = ${userId}::uuid`;
    return rows[0];
  }

  /** Keeps a new code in place of the one before; `newDay` begins to count those of a day. */
  async put(tx: Tx, userId: string, phone: string, codeTag: string, newDay: boolean): Promise<void> {
    await tx.$executeRaw`
      INSERT INTO phone_proofs AS p (user_id, phone, code_tag, sent_at, day_began)
      SELECT ${userId}::uuid, ${phone}, ${codeTag}, clock.now, clock.now FROM (SELECT evenhand_now() AS now) clock
      ON CONFLICT (user_id) DO UPDATE SET phone = excluded.phone, code_tag = excluded.code_tag,
        sent_at = excluded.sent_at, tries = 0,
        day_began = CASE WHEN ${newDay} THEN excluded.day_began ELSE p.day_began END,
        sent_that_day = CASE WHEN ${newDay} THEN 1 ELSE p.sent_that_day + 1 END`;
  }

  async countTry(tx: Tx, userId: string): Promise<void> {
    await tx.$executeRaw`UPDATE phone_proofs SET tries = tries + 1 WHERE user_id = ${userId}::uuid`;
  }

  /** The person's number is theirs, and the code is used up. */
  async proven(tx: Tx, userId: string): Promise<void> {
    await tx.$executeRaw`UPDATE phone_proofs SET code_tag = '' WHERE user_id = ${userId}::uuid`;
    await tx.$executeRaw`
      UPDATE notification_preferences SET phone_proven = TRUE, version = version + 1, updated_at = evenhand_now()
      WHERE user_id = ${userId}::uuid`;
  }
}
