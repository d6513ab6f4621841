import type { Db } from "@/lib/db/client";
import type { Tx } from "@/lib/db/transaction";

/** What callers of one queue thought, over some days. */
export interface RatingFigures {
  asked: number;
  rated: number;
  average: number | null;
  /** How many gave each score, from 1 to 5. */
  scores: number[];
}

export interface AgentRating {
  agent: string;
  name: string;
  rated: number;
  average: number;
}

/** What callers answered when they were asked how they found their call. */
export class CallRatingRepository {
  constructor(private readonly db: Db) {}

  /** The caller of this call is going to be asked about this agent; once. */
  async ask(tx: Tx, rating: { callId: string; queueId: string; agentId: string | null }): Promise<void> {
    const { callId, queueId, agentId } = rating;
    await tx.$executeRaw`
      INSERT INTO call_ratings (call_id, queue_id, agent_id, asked_at)
      VALUES (${callId}::uuid, ${queueId}::uuid, ${agentId}::uuid, evenhand_now()) ON CONFLICT (call_id) DO NOTHING`;
  }

  /** Keeps the first answer; undefined when this caller was not asked, or has answered. */
  async rate(tx: Tx, callSid: string, score: number): Promise<{ callId: string; agentId: string | null } | undefined> {
    const rows = await tx.$queryRaw<{ callId: string; agentId: string | null }[]>`
      UPDATE call_ratings r SET score = ${score}::int, rated_at = evenhand_now() FROM calls c
      WHERE c.id = r.call_id AND c.call_sid = ${callSid} AND r.score IS NULL
      RETURNING r.call_id::text AS "callId", r.agent_id::text AS "agentId"`;
    return rows[0];
  }

  async figures(queueId: string, days: number): Promise<RatingFigures> {
    const rows = await this.db.$queryRaw<RatingFigures[]>`
      SELECT count(*)::int AS asked, count(score)::int AS rated, avg(score)::float8 AS average,
        ARRAY[count(*) FILTER (WHERE score = 1), count(*) FILTER (WHERE score = 2), count(*) FILTER (WHERE score = 3),
          count(*) FILTER (WHERE score = 4), count(*) FILTER (WHERE score = 5)]::int[] AS scores
      FROM call_ratings WHERE queue_id = ${queueId}::uuid
        AND asked_at > evenhand_now() - make_interval(days => ${days}::int)`;
    return rows[0] ?? { asked: 0, rated: 0, average: null, scores: [0, 0, 0, 0, 0] };
  }

  /** Agents by name, of those whose callers have answered. */
  async byAgent(queueId: string, days: number): Promise<AgentRating[]> {
    return this.db.$queryRaw<AgentRating[]>`
      SELECT u.email AS agent, u.name, count(r.score)::int AS rated, avg(r.score)::float8 AS average
      FROM call_ratings r JOIN agents a ON a.id = r.agent_id JOIN users u ON u.id = a.user_id
      WHERE r.queue_id = ${queueId}::uuid AND r.score IS NOT NULL
        AND r.asked_at > evenhand_now() - make_interval(days => ${days}::int)
      GROUP BY u.email, u.name ORDER BY u.name, u.email`;
  }
}
