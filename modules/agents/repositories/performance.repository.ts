import type { Db } from "@/lib/db/client";
import type { Tx } from "@/lib/db/transaction";
import { type LeadCounts, type PartScore, PROMPT_HOURS, WINDOW_DAYS } from "../domain/performance-score";

/** An agent's score as last computed. */
export interface StoredPerformance {
  agentId: string;
  email: string;
  name: string;
  score: number;
  low: number;
  high: number;
  details: { sd: number; parts: PartScore[] };
  computedAt: Date;
}

export type PerformanceWrite = Omit<StoredPerformance, "email" | "name" | "computedAt">;

/** Agent, source and priority told apart in one count: far more than any house has, and a bound for free texts. */
const MOST_GROUPS = 20_000;

/** Any number that means "performance scores" to advisory locks, and nothing else. */
const REFRESH_LOCK = 7_203_144_913;

/** What performance is computed from, and the scores as last computed. */
export class PerformanceRepository {
  constructor(private readonly db: Db) {}

  /** Whether this transaction may compute the scores: false while another one is at it. */
  async claim(tx: Tx): Promise<boolean> {
    const rows = await tx.$queryRaw<{ claimed: boolean }[]>`
      SELECT pg_try_advisory_xact_lock(${REFRESH_LOCK}::bigint) AS "claimed"`;
    return rows[0]?.claimed === true;
  }

  /** Seconds since the scores were computed; undefined when they never were. */
  async ageSeconds(executor: Db | Tx = this.db): Promise<number | undefined> {
    const rows = await executor.$queryRaw<{ age: number | null }[]>`
      SELECT extract(epoch FROM evenhand_now() - max(p.computed_at))::float8 AS "age" FROM agent_performance p`;
    return rows[0]?.age ?? undefined;
  }

  async agentIds(executor: Db | Tx): Promise<string[]> {
    const rows = await executor.$queryRaw<{ id: string }[]>`SELECT id::text AS "id" FROM agents ORDER BY id`;
    return rows.map(({ id }) => id);
  }

  /**
   * Leads of these agents by source and priority, in one pass over those assigned within the window. Leads that went
   * back untouched count against the agent they were taken from. Beyond MOST_GROUPS the rarest come together as
   * sources that are not told apart. Parallel workers would take both of a small machine's cores for it.
   */
  async leadCounts(tx: Tx, agentIds: readonly string[]): Promise<LeadCounts[]> {
    await tx.$executeRaw`SELECT set_config('max_parallel_workers_per_gather', '0', true)`;
    return tx.$queryRaw<LeadCounts[]>`
      WITH clock AS MATERIALIZED (SELECT now, now - make_interval(days => ${WINDOW_DAYS}::int) AS since,
          make_interval(hours => ${PROMPT_HOURS}::int) AS prompt FROM (SELECT evenhand_now() AS now) c),
      asked AS MATERIALIZED (SELECT ${agentIds as string[]}::uuid[] AS agents),
      counted AS MATERIALIZED (
        SELECT x.agent, x.source, x.priority,
          count(*) FILTER (WHERE x.worked) AS worked, count(*) FILTER (WHERE x.worked AND x.contacted) AS contacted,
          count(*) FILTER (WHERE x.decided) AS decided, count(*) FILTER (WHERE x.decided AND x.converted) AS converted,
          count(*) FILTER (WHERE x.timed) AS timed, count(*) FILTER (WHERE x.timed AND x.prompt) AS prompt
        FROM (
          SELECT l.assigned_agent AS agent, l.source, l.priority, d.is_contacted AS contacted, d.is_converted AS converted,
            l.first_touched_at IS NOT NULL OR d.is_contacted OR NOT d.is_open AS worked,
            d.is_contacted AND NOT d.is_open AS decided,
            t.at IS NOT NULL OR d.is_open AND l.assigned_at <= (SELECT now - prompt FROM clock) AS timed,
            t.at IS NOT NULL AND t.at <= l.assigned_at + (SELECT prompt FROM clock) AS prompt
          FROM leads l JOIN dispositions d ON d.code = l.disposition
            CROSS JOIN LATERAL (SELECT coalesce(l.touched_at,
              CASE WHEN l.first_touched_at >= l.assigned_at THEN l.first_touched_at END) AS at) t
          WHERE l.assigned_agent = ANY ((SELECT agents FROM asked)::uuid[]) AND l.deleted_at IS NULL
            AND l.assigned_at > (SELECT since FROM clock)
          UNION ALL
          SELECT r.previous_agent_id, l.source, l.priority, false, false, false, false, true, false
          FROM assignment_decisions r JOIN leads l ON l.id = r.lead_id
          WHERE r.strategy = 'return_timer' AND r.at > (SELECT since FROM clock) AND l.deleted_at IS NULL
            AND r.previous_agent_id = ANY ((SELECT agents FROM asked)::uuid[])) x
        GROUP BY x.agent, x.source, x.priority),
      ranked AS (SELECT c.*, row_number() OVER (ORDER BY c.timed + c.worked DESC, c.source) AS place FROM counted c)
      SELECT agent::text AS "agentId", kind AS "source", priority::text AS "priority", sum(worked)::int AS "worked",
        sum(contacted)::int AS "contacted", sum(decided)::int AS "decided", sum(converted)::int AS "converted",
        sum(timed)::int AS "timed", sum(prompt)::int AS "prompt"
      FROM (SELECT r.*, CASE WHEN r.place <= ${MOST_GROUPS}::int THEN r.source END AS kind FROM ranked r) named
      GROUP BY agent, kind, priority ORDER BY agent, kind, priority`;
  }

  /** Replaces all scores; agents that are gone have none any more. */
  async replace(tx: Tx, rows: readonly PerformanceWrite[]): Promise<void> {
    await tx.$executeRaw`
      INSERT INTO agent_performance (agent_id, score, low, high, parts, computed_at)
      SELECT r.agent, r.score, r.low, r.high, r.parts::jsonb, (SELECT evenhand_now())
      FROM unnest(${rows.map((row) => row.agentId)}::uuid[], ${rows.map((row) => row.score)}::float8[],
        ${rows.map((row) => row.low)}::float8[], ${rows.map((row) => row.high)}::float8[],
        ${rows.map((row) => JSON.stringify(row.details))}::text[]) AS r(agent, score, low, high, parts)
      WHERE EXISTS (SELECT 1 FROM agents a WHERE a.id = r.agent) ORDER BY r.agent
      ON CONFLICT (agent_id) DO UPDATE SET score = excluded.score, low = excluded.low, high = excluded.high,
        parts = excluded.parts, computed_at = excluded.computed_at`;
  }

  /** Each agent's score by opaque id. */
  async scores(executor: Db | Tx = this.db): Promise<Map<string, number>> {
    const rows = await executor.$queryRaw<{ agentId: string; score: number }[]>`
      SELECT p.agent_id::text AS "agentId", p.score FROM agent_performance p`;
    return new Map(rows.map(({ agentId, score }) => [agentId, score]));
  }

  /** Everything stored of agents whose account is switched on, best first. */
  async list(): Promise<StoredPerformance[]> {
    return this.db.$queryRaw<StoredPerformance[]>`
      SELECT p.agent_id::text AS "agentId", u.email, u.name, p.score, p.low, p.high, p.parts AS "details",
        p.computed_at AS "computedAt"
      FROM agent_performance p JOIN agents a ON a.id = p.agent_id JOIN users u ON u.id = a.user_id
      WHERE u.disabled_at IS NULL ORDER BY p.score DESC, u.name, a.id`;
  }
}
