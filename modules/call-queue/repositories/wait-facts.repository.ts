import type { Db } from "@/lib/db/client";
import type { Wait } from "../domain/patience";
import type { WaitFacts } from "../domain/wait-estimate";

/** The line and the agents as they stand now. */
export type LineFacts = Pick<WaitFacts, "staffedAgents" | "readyAgents" | "heldSeconds" | "lineSeconds">;

/** What the past teaches. */
export interface LearnedFacts extends Pick<WaitFacts, "handleSeconds" | "ringSeconds"> {
  /** Everybody who came during the last 2 hours. */
  waits: Wait[];
  /** The waits of the last callers who were answered, oldest first. */
  answeredWaits: number[];
}

const HANDLED_CALLS = 400;
const ANSWERED_WAITS = 50;
const MOST_WAITS = 5_000;
const MOST_LINE = 5_000;

/** What a queue's wait estimates are made from. */
export class WaitFactsRepository {
  constructor(
    private readonly db: Db,
    private readonly leaseSeconds: () => number,
  ) {}

  /** Staff with the calls they hold, and the line. A reserved agent is no longer ready, and its caller not in line. */
  async line(queueId: string): Promise<LineFacts> {
    const rows = await this.db.$queryRaw<LineFacts[]>`/* named wait_line */
      WITH clock AS MATERIALIZED (SELECT evenhand_now() AS now),
      staff AS MATERIALIZED (
        SELECT m.agent_id, s."deviceConnected" AS connected, s."maxConcurrentCalls" AS most
        FROM clock, queue_memberships m JOIN agent_sessions s ON s."agentId" = m.agent_id AND s."logoutAt" IS NULL
        WHERE m.queue_id = ${queueId}::uuid AND s."status" = 'available'
          AND s."lastHeartbeat" > clock.now - make_interval(secs => ${this.leaseSeconds()}::float8)),
      held AS MATERIALIZED (
        SELECT c.agent_id, extract(epoch FROM clock.now - c.since)::float8 AS seconds
        FROM clock, staff JOIN agent_call_slots c ON c.agent_id = staff.agent_id)
      SELECT (SELECT count(*)::int FROM staff) AS "staffedAgents",
        (SELECT count(*)::int FROM staff WHERE connected
          AND (SELECT count(*) FROM held WHERE held.agent_id = staff.agent_id) < most) AS "readyAgents",
        ARRAY(SELECT greatest(0, seconds) FROM held) AS "heldSeconds",
        ARRAY(SELECT greatest(0, extract(epoch FROM clock.now - q.enqueued_at))::float8 FROM clock, inbound_call_queue q
          WHERE q.queue_id = ${queueId}::uuid AND q.state = 'waiting'
          ORDER BY q.order_key, q.id LIMIT ${MOST_LINE}) AS "lineSeconds"`;
    const facts = rows[0];
    if (!facts) throw new Error("an aggregate without a row");
    return facts;
  }

  /**
   * How long the last calls occupied their agents, by when they ended (by when they began, short ones would be too
   * many), and how long callers waited and stayed.
   */
  async learned(queueId: string): Promise<LearnedFacts> {
    const [handled, waits, answered] = await Promise.all([
      this.db.$queryRaw<{ handleSeconds: number; ringSeconds: number }[]>`
        SELECT greatest(1, extract(epoch FROM h.state_since - o.created_at))::float8 AS "handleSeconds",
          greatest(0, extract(epoch FROM h.connected_at - o.created_at))::float8 AS "ringSeconds"
        FROM (SELECT id, state_since, connected_at FROM inbound_call_queue
            WHERE queue_id = ${queueId}::uuid AND state = 'done' AND connected_at IS NOT NULL
            ORDER BY state_since DESC LIMIT ${HANDLED_CALLS}) h
          CROSS JOIN LATERAL (SELECT created_at FROM call_offers
            WHERE queued_call_id = h.id AND status = 'accepted' ORDER BY created_at DESC LIMIT 1) o`,
      this.db.$queryRaw<Wait[]>`
        SELECT q.state IN ('abandoned', 'short_abandoned') AS abandoned, greatest(0, extract(epoch FROM
          coalesce(q.connected_at, CASE WHEN q.state IN ('waiting', 'offered', 'connecting') THEN clock.now
            ELSE q.state_since END) - q.enqueued_at))::float8 AS seconds
        FROM (SELECT evenhand_now() AS now) clock, inbound_call_queue q
        WHERE q.queue_id = ${queueId}::uuid AND q.enqueued_at > clock.now - interval '2 hours' AND q.kind = 'caller'
        ORDER BY q.enqueued_at DESC LIMIT ${MOST_WAITS}`,
      this.db.$queryRaw<{ seconds: number }[]>`
        SELECT greatest(0, extract(epoch FROM q.connected_at - q.enqueued_at))::float8 AS seconds
        FROM (SELECT evenhand_now() AS now) clock, inbound_call_queue q
        WHERE q.queue_id = ${queueId}::uuid AND q.enqueued_at > clock.now - interval '2 hours'
          AND q.connected_at IS NOT NULL AND q.kind = 'caller'
        ORDER BY q.connected_at DESC LIMIT ${ANSWERED_WAITS}`,
    ]);
    const ringing = handled.reduce((sum, one) => sum + one.ringSeconds, 0);
    return {
      handleSeconds: handled.map((one) => one.handleSeconds),
      ringSeconds: ringing / Math.max(1, handled.length),
      waits,
      answeredWaits: answered.map((one) => one.seconds).toReversed(),
    };
  }

  /** How many callers stand before this one without an agent. */
  async ahead(entryId: string): Promise<number> {
    const rows = await this.db.$queryRaw<{ ahead: number }[]>`/* named callers_ahead */
      SELECT count(*)::int AS ahead
      FROM inbound_call_queue me JOIN inbound_call_queue o ON o.queue_id = me.queue_id AND o.state = 'waiting'
        AND (o.order_key, o.id) < (me.order_key, me.id)
      WHERE me.id = ${entryId}::uuid`;
    return rows[0]?.ahead ?? 0;
  }
}
