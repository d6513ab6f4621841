import type { Db } from "@/lib/db/client";

/** One agent on one day; `day` counts from 0, the first asked for. */
export interface AgentDay {
  email: string;
  day: number;
  answered: number;
  missed: number;
  talkSeconds: number;
}

/** What agents' days on the phone come to. */
export class AgentCallsRepository {
  constructor(private readonly db: Db) {}

  /** The dates of the last `days` days in a time zone, today last. */
  async dates(days: number, timeZone: string): Promise<string[]> {
    const rows = await this.db.$queryRaw<{ date: string }[]>`
      SELECT to_char(d, 'YYYY-MM-DD') AS "date"
      FROM generate_series((evenhand_now() AT TIME ZONE ${timeZone})::date - ${days - 1}::int,
        (evenhand_now() AT TIME ZONE ${timeZone})::date, interval '1 day') d ORDER BY d`;
    return rows.map(({ date }) => date);
  }

  /**
   * Calls answered, and rings missed, of each agent since the beginning of `firstDate` in a time zone: one range of an
   * index an agent. Days without any are missing.
   */
  async byDay(firstDate: string, timeZone: string): Promise<AgentDay[]> {
    return this.db.$queryRaw<AgentDay[]>`
      WITH since AS MATERIALIZED (
        SELECT ${firstDate}::date AS day, ${firstDate}::date::timestamp AT TIME ZONE ${timeZone} AS at)
      SELECT u.email, f.day, sum(f.answered)::int AS "answered", sum(f.missed)::int AS "missed",
        round(sum(f.talk))::int AS "talkSeconds"
      FROM since s, agents a JOIN users u ON u.id = a.user_id, LATERAL (
        SELECT (c.started_at AT TIME ZONE ${timeZone})::date - s.day AS day, 1 AS answered, 0 AS missed,
          extract(epoch FROM coalesce(q.conversation_ended_at, c.ended_at, evenhand_now()) - c.answered_at) AS talk
        FROM calls c LEFT JOIN inbound_call_queue q ON q.call_id = c.id
        WHERE c.agent_id = a.id AND c.started_at >= s.at AND c.answered_at IS NOT NULL
        UNION ALL
        SELECT (o.created_at AT TIME ZONE ${timeZone})::date - s.day, 0, 1, 0
        FROM call_offers o WHERE o.agent_id = a.id AND o.created_at >= s.at AND o.status = 'missed') f
      GROUP BY u.email, f.day ORDER BY u.email, f.day`;
  }
}
