import type { Db } from "@/lib/db/client";
import type { Tx } from "@/lib/db/transaction";

/** Which wrap-ups are over, by the database's clock. */
export class WrapUpRepository {
  constructor(private readonly db: Db) {}

  async hasDisposition(code: string): Promise<boolean> {
    return (await this.db.disposition.findUnique({ where: { code }, select: { code: true } })) !== null;
  }

  /** Lengthens a wrap-up by what its queue gives, if it may be lengthened once more; answers whether it was. */
  async extend(tx: Tx, id: string): Promise<boolean> {
    const extended = await tx.$executeRaw`
      UPDATE inbound_call_queue q SET wrap_up_extended = q.wrap_up_extended + 1,
        wrap_up_ends_at = greatest(q.wrap_up_ends_at, evenhand_now()) + make_interval(secs => k.wrap_up_extension_seconds)
      FROM call_queues k WHERE k.id = q.queue_id AND q.id = ${id}::uuid AND q.state = 'wrap_up'
        AND q.wrap_up_extended < k.wrap_up_extensions`;
    return extended === 1;
  }

  async findDue(limit: number): Promise<string[]> {
    const rows = await this.db.$queryRaw<{ id: string }[]>`/* named wrap_ups_due */
      SELECT id::text AS id FROM inbound_call_queue
      WHERE state = 'wrap_up' AND wrap_up_ends_at <= evenhand_now() ORDER BY wrap_up_ends_at LIMIT ${limit}::int`;
    return rows.map((row) => row.id);
  }

  async isDue(tx: Tx, id: string): Promise<boolean> {
    const rows = await tx.$queryRaw<{ due: boolean }[]>`/* named is_wrap_up_due */
      SELECT wrap_up_ends_at <= evenhand_now() AS due FROM inbound_call_queue WHERE id = ${id}::uuid`;
    return rows[0]?.due ?? false;
  }
}
