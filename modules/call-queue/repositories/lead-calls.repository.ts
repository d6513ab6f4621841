import type { Tx } from "@/lib/db/transaction";

/** Whose calls are whose, when one lead becomes part of another. */
export class LeadCallsRepository {
  /**
   * Locks the calls of a lead until the transaction ends. Everything that moves a call locks it before its lead: who
   * changes both does likewise, and asks this first.
   */
  async lock(tx: Tx, leadId: string): Promise<void> {
    await tx.$queryRaw`
      SELECT 1 FROM calls WHERE lead_id = ${leadId}::uuid ORDER BY id FOR NO KEY UPDATE`;
  }

  /**
   * Gives the calls of one lead to another; answers their ids. A call that came in since lock() goes along unless
   * somebody is at work on it: its lead is then found through what it was merged into.
   */
  async move(tx: Tx, fromLeadId: string, toLeadId: string): Promise<string[]> {
    const rows = await tx.$queryRaw<{ id: string }[]>`
      UPDATE calls SET lead_id = ${toLeadId}::uuid WHERE id IN (
        SELECT id FROM calls WHERE lead_id = ${fromLeadId}::uuid ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)
      RETURNING id::text`;
    return rows.map(({ id }) => id);
  }

  /** Gives calls that were moved back to where they came from; answers those that still were where they had gone. */
  async moveBack(tx: Tx, callIds: readonly string[], fromLeadId: string, toLeadId: string): Promise<string[]> {
    const rows = await tx.$queryRaw<{ id: string }[]>`
      UPDATE calls SET lead_id = ${toLeadId}::uuid WHERE id IN (
        SELECT id FROM calls WHERE id = ANY (${callIds as string[]}::uuid[]) AND lead_id = ${fromLeadId}::uuid
        ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)
      RETURNING id::text`;
    return rows.map(({ id }) => id);
  }
}
