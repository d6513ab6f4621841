import type { Db } from "@/lib/db/client";

/**
 * What the tables that leads and agents are written to hold, in figures: equal before and after a request that wrote
 * nothing. Audit, timeline, decisions and live events are in it, so that a trace without a change shows too.
 */
export async function written(db: Db): Promise<Record<string, string>> {
  const [row] = await db.$queryRaw<Record<string, string>[]>`
    SELECT (SELECT count(*) || '/' || coalesce(sum(version), 0) || '/' || coalesce(max(updated_at)::text, '') FROM leads)
        AS leads,
      (SELECT md5(coalesce(string_agg(a::text, ',' ORDER BY a.id), '')) FROM agents a) AS agents,
      (SELECT count(*) FROM lead_activities)::text AS activities,
      (SELECT count(*) FROM audit_log)::text AS audit,
      (SELECT count(*) FROM assignment_decisions)::text AS decisions,
      (SELECT count(*) FROM assignment_batches)::text AS batches,
      (SELECT count(*) FROM live_events)::text AS events`;
  if (!row) throw new Error("the database answered nothing");
  return row;
}
