import type { Db } from "@/lib/db/client";
import type { Tx } from "@/lib/db/transaction";

export interface DoNotCallRow {
  number: string;
  reason: string;
  addedBy: string;
  addedAt: Date;
}

/** The list of numbers that must not be called, and the numbers of the house that calls out may show. */
export class CallOutNumberRepository {
  constructor(private readonly db: Db) {}

  /** Newest first; of those whose number holds these digits. */
  async doNotCall(digits: string, limit: number): Promise<DoNotCallRow[]> {
    const where = digits === "" ? {} : { number: { contains: digits } };
    return this.db.doNotCall.findMany({ where, orderBy: [{ addedAt: "desc" }, { number: "asc" }], take: limit });
  }

  async countDoNotCall(): Promise<number> {
    return this.db.doNotCall.count();
  }

  async lockDoNotCall(tx: Tx, number: string): Promise<DoNotCallRow | undefined> {
    const rows = await tx.$queryRaw<DoNotCallRow[]>`
      SELECT number, reason, added_by AS "addedBy", added_at AS "addedAt" FROM do_not_call
      WHERE number = ${number} FOR UPDATE`;
    return rows[0];
  }

  /** Puts a number on the list; one that is there keeps its words. False for that. */
  async addDoNotCall(tx: Tx, one: { number: string; reason: string; addedBy: string }): Promise<boolean> {
    const added = await tx.$executeRaw`
      INSERT INTO do_not_call (number, reason, added_by, added_at)
      VALUES (${one.number}, ${one.reason}, ${one.addedBy}, evenhand_now()) ON CONFLICT (number) DO NOTHING`;
    return added === 1;
  }

  async setReason(tx: Tx, number: string, reason: string): Promise<void> {
    await tx.$executeRaw`UPDATE do_not_call SET reason = ${reason} WHERE number = ${number}`;
  }

  async deleteDoNotCall(tx: Tx, number: string): Promise<void> {
    await tx.$executeRaw`DELETE FROM do_not_call WHERE number = ${number}`;
  }

  /** What a number of the house is called; undefined for one that is not shown. */
  async lockCallerId(tx: Tx, number: string): Promise<string | undefined> {
    const rows = await tx.$queryRaw<{ label: string }[]>`
      SELECT label FROM caller_ids WHERE number = ${number} FOR UPDATE`;
    return rows[0]?.label;
  }

  async putCallerId(tx: Tx, number: string, label: string): Promise<void> {
    await tx.$executeRaw`
      INSERT INTO caller_ids (number, label, created_at) VALUES (${number}, ${label}, evenhand_now())
      ON CONFLICT (number) DO UPDATE SET label = excluded.label`;
  }

  /** Nobody shows it any more, also not by default. */
  async deleteCallerId(tx: Tx, number: string): Promise<void> {
    await tx.$executeRaw`DELETE FROM caller_ids WHERE number = ${number}`;
    await tx.$executeRaw`UPDATE agents SET caller_id = NULL WHERE caller_id = ${number}`;
    await tx.$executeRaw`UPDATE call_queues SET caller_id = NULL WHERE caller_id = ${number}`;
  }
}
