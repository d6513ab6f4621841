import type { Tx } from "@/lib/db/transaction";
import type { Priority } from "../domain/lead";

/** An untouched lead whose timer runs or would run, locked. */
export interface TimedLead {
  leadId: string;
  priority: Priority;
  assignedAt: Date;
}

/** Assignments that were begun under the old rules have ended, by their own time limits, this long after a change. */
const SETTLED_SECONDS = 20;
const BEFORE_ALL = "00000000-0000-0000-0000-000000000000";

/** Running timers, counted again after a change of the rules. */
export class ReturnRecountRepository {
  /**
   * Takes the recount up where it stands, holding it until the transaction ends: the id after which it goes on.
   * undefined when there is none to do or somebody else is at it.
   */
  async takeUp(tx: Tx): Promise<string | undefined> {
    const rows = await tx.$queryRaw<{ after: string | null; again: boolean }[]>`
      SELECT recount_after::text AS "after",
        coalesce(recount_began_at, updated_at) < updated_at + make_interval(secs => ${SETTLED_SECONDS}::int)
          AND evenhand_now() >= updated_at + make_interval(secs => ${SETTLED_SECONDS}::int) AS "again"
      FROM lead_return_policy WHERE id = 1 FOR UPDATE SKIP LOCKED`;
    const [standing] = rows;
    if (!standing) return undefined;
    if (standing.after !== null) return standing.after;
    if (!standing.again) return undefined;
    await tx.$executeRaw`UPDATE lead_return_policy SET recount_began_at = evenhand_now() WHERE id = 1`;
    return BEFORE_ALL;
  }

  /** Notes how far it has come; null: it is done. */
  async goneThrough(tx: Tx, until: string | null): Promise<void> {
    await tx.$executeRaw`UPDATE lead_return_policy SET recount_after = ${until}::uuid WHERE id = 1`;
  }

  /** Locks the next untouched leads in id order. */
  async lockNext(tx: Tx, after: string, limit: number): Promise<TimedLead[]> {
    return tx.$queryRaw<TimedLead[]>`
      SELECT l.id::text AS "leadId", l.priority::text AS "priority", l.assigned_at AS "assignedAt" FROM leads l
      WHERE l.id > ${after}::uuid AND l.assigned_agent IS NOT NULL AND l.assigned_at IS NOT NULL
        AND l.touched_at IS NULL AND l.deleted_at IS NULL AND l.locked_at IS NULL
        AND (SELECT d.is_open FROM dispositions d WHERE d.code = l.disposition)
      ORDER BY l.id LIMIT ${limit}::int FOR NO KEY UPDATE OF l`;
  }

  /** As lockNext(), for leads the caller's transaction has locked already. */
  async among(tx: Tx, leadIds: readonly string[]): Promise<TimedLead[]> {
    return tx.$queryRaw<TimedLead[]>`
      SELECT l.id::text AS "leadId", l.priority::text AS "priority", l.assigned_at AS "assignedAt" FROM leads l
      WHERE l.id = ANY (${leadIds as string[]}::uuid[]) AND l.assigned_agent IS NOT NULL AND l.assigned_at IS NOT NULL
        AND l.touched_at IS NULL AND l.deleted_at IS NULL AND l.locked_at IS NULL
        AND (SELECT d.is_open FROM dispositions d WHERE d.code = l.disposition)`;
  }

  /**
   * Sets the ends of timers; answers how many were others. No version grows: nobody has changed the lead, and a frozen
   * plan over it stays good.
   */
  async setDueTimes(tx: Tx, timers: readonly { leadId: string; dueAt: Date | null }[]): Promise<number> {
    return tx.$executeRaw`
      UPDATE leads l SET return_due_at = t.due
      FROM unnest(${timers.map(({ leadId }) => leadId)}::uuid[],
        ${timers.map(({ dueAt }) => dueAt?.toISOString() ?? null)}::timestamptz[]) AS t(lead, due)
      WHERE l.id = t.lead AND l.return_due_at IS DISTINCT FROM t.due`;
  }
}
