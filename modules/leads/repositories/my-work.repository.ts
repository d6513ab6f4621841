import type { Db } from "@/lib/db/client";
import type { LeadRow } from "../domain/lead";
import { leadColumns } from "./lead.repository";

export type WorkRow = LeadRow & { urgency: "returns_soon" | "urgent" | "not_begun" | "high" | "open" };

/** Hours before a lead goes back to the pool from which on nothing presses more. */
const SOON_HOURS = 4;

/** What an agent has to do. */
export class MyWorkRepository {
  constructor(private readonly db: Db) {}

  /**
   * An agent's open leads: those that go back soonest, then by priority and by whether they were begun; within each the
   * one first that has waited longest.
   */
  async leads(agentId: string, most: number): Promise<WorkRow[]> {
    return this.db.$queryRaw<WorkRow[]>`
      SELECT ${leadColumns}, w.urgency FROM (
        SELECT o.id, o.return_due_at, coalesce(o.last_activity_at, o.assigned_at) AS waiting_since,
          CASE WHEN o.return_due_at < evenhand_now() + make_interval(hours => ${SOON_HOURS}::int) THEN 'returns_soon'
            WHEN o.priority = 'urgent' THEN 'urgent'
            WHEN o.return_due_at IS NOT NULL THEN 'not_begun'
            WHEN o.priority = 'high' THEN 'high' ELSE 'open' END AS urgency
        FROM leads o JOIN dispositions d ON d.code = o.disposition
        WHERE o.assigned_agent = ${agentId}::uuid AND o.deleted_at IS NULL AND d.is_open) w
      JOIN leads l ON l.id = w.id
      ORDER BY array_position(ARRAY['returns_soon', 'urgent', 'not_begun', 'high', 'open'], w.urgency),
        w.return_due_at NULLS LAST, w.waiting_since, w.id LIMIT ${most}::int`;
  }
}
