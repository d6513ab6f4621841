import type { Db } from "@/lib/db/client";
import type { ArmFigures } from "../domain/experiment";

export interface ExperimentRow {
  name: string;
  since: Date;
  on: ArmFigures;
  off: ArmFigures;
}

/** Days that a comparison goes back at most. */
const MOST_DAYS = 30;

/** What became of calls with and without a flag. */
export class ExperimentRepository {
  constructor(private readonly db: Db) {}

  /**
   * The figures of these flags, each since somebody set it last. A share that grows only adds callers to the arm, so
   * one that is set anew begins a comparison of its own.
   */
  async figures(names: readonly string[]): Promise<ExperimentRow[]> {
    const rows = await this.db.$queryRaw<
      { name: string; since: Date; isOn: boolean | null; calls: number; inTime: number; lost: number }[]
    >`
      WITH flag AS MATERIALIZED (
        SELECT f.name, greatest(f.updated_at, evenhand_now() - make_interval(days => ${MOST_DAYS}::int)) AS since
        FROM feature_flags f WHERE f.name = ANY (${names}::text[]))
      SELECT f.name, f.since, a."isOn", coalesce(a.calls, 0)::int AS calls, coalesce(a.in_time, 0)::int AS "inTime",
        coalesce(a.lost, 0)::int AS lost
      FROM flag f LEFT JOIN LATERAL (
        SELECT coalesce((c.arms ->> f.name)::boolean, true) AS "isOn", count(*) AS calls,
          count(*) FILTER (WHERE c.answered_at <= q.enqueued_at + make_interval(secs => k.service_level_seconds)) AS in_time,
          count(*) FILTER (WHERE q.state = 'abandoned') AS lost
        FROM calls c JOIN inbound_call_queue q ON q.call_id = c.id JOIN call_queues k ON k.id = q.queue_id
        WHERE c.direction = 'inbound' AND c.started_at >= f.since
          AND (c.answered_at IS NOT NULL OR c.ended_at IS NOT NULL) AND q.state NOT IN ('short_abandoned', 'closed')
        GROUP BY 1) a ON true
      ORDER BY f.name`;
    const none: ArmFigures = { calls: 0, inTime: 0, lost: 0 };
    return names.flatMap((name) => {
      const arms = rows.filter((row) => row.name === name);
      const [first] = arms;
      if (!first) return [];
      const arm = (isOn: boolean): ArmFigures => {
        const row = arms.find((one) => one.isOn === isOn);
        return row ? { calls: row.calls, inTime: row.inTime, lost: row.lost } : none;
      };
      return [{ name, since: first.since, on: arm(true), off: arm(false) }];
    });
  }
}
