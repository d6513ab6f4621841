import type { Db } from "@/lib/db/client";
import type { LeadRow } from "../domain/lead";
import { urgencies, type Urgency } from "../domain/urgency";
import { leadColumns } from "./lead.repository";

export type WorkRow = LeadRow & { urgency: Urgency };

/** Hours before a lead goes back to the pool from which on nothing presses more. */
const SOON_HOURS = 4;

/** What an agent has to do. */
export class MyWorkRepository {
  constructor(private readonly db: Db) {}

  /**
   * An agent's open leads: those that go back soonest, those to get in touch with by today's date in `timeZone`, then by
   * priority and by whether they were begun; within each the one first that has waited longest.
   */
  async leads(agentId: string, timeZone: string, most: number): Promise<WorkRow[]> {
    return this.db.$queryRaw<WorkRow[]>`
      WITH day AS MATERIALIZED (SELECT (evenhand_now() AT TIME ZONE ${timeZone})::date AS today)
      SELECT ${leadColumns}, w.urgency FROM (
        SELECT o.id, o.return_due_at, CASE WHEN o.follow_up_on <= day.today THEN o.follow_up_on END AS due_on, coalesce(o.last_activity_at, o.assigned_at) AS waiting_since,
          CASE WHEN o.return_due_at < evenhand_now() + make_interval(hours => ${SOON_HOURS}::int) THEN 'returns_soon'
            WHEN o.follow_up_on < day.today THEN 'follow_up_overdue'
            WHEN o.follow_up_on = day.today THEN 'follow_up_today'
            WHEN o.priority = 'urgent' THEN 'urgent'
            WHEN o.return_due_at IS NOT NULL THEN 'not_begun'
            WHEN o.priority = 'high' THEN 'high' ELSE 'open' END AS urgency
        FROM day CROSS JOIN leads o JOIN dispositions d ON d.code = o.disposition
        WHERE o.assigned_agent = ${agentId}::uuid AND o.deleted_at IS NULL AND d.is_open) w
      JOIN leads l ON l.id = w.id
      ORDER BY array_position(${urgencies as readonly string[] as string[]}::text[], w.urgency),
        CASE w.urgency WHEN 'returns_soon' THEN NULL ELSE w.due_on END NULLS LAST, w.return_due_at NULLS LAST, w.waiting_since, w.id LIMIT ${most}::int`;
  }
}
