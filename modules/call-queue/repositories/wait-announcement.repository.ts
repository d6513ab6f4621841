import type { Db } from "@/lib/db/client";
import type { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import type { EventData, QueuedCallRow } from "./queued-call.repository";

/** What a caller was told. Times in seconds, from then on. */
export interface NewAnnouncement {
  queueId: string;
  entryId: string;
  position: number;
  spokenPosition: number | null;
  ahead: number;
  waitedSeconds: number;
  basis: string;
  expectedSeconds: number;
  lowSeconds: number;
  highSeconds: number;
  lowMinutes: number;
  highMinutes: number;
  lastWaitSeconds: number | null;
  averageWaitSeconds: number | null;
  facts: Prisma.InputJsonObject;
}

/** How the announcements of a queue turned out. Null where nothing was announced. */
export interface AccuracyRow {
  announced: number;
  waiting: number;
  answered: number;
  abandoned: number;
  left: number;
  judged: number;
  /** Of those judged: the wait lay in the range. */
  inside: number;
  insideSpoken: number;
  sooner: number;
  later: number;
  error: number | null;
  bias: number | null;
  /** The three errors are over the same announcements: those where every estimator had something to say. */
  compared: number;
  comparedError: number | null;
  lastWaitError: number | null;
  averageWaitError: number | null;
}

/** Announcements settled in one statement. */
const MOST_SETTLED = 1_000;

/** What waiting callers were told, and what became of it. */
export class WaitAnnouncementRepository {
  constructor(private readonly db: Db) {}

  /**
   * The caller's place among those waiting or being offered in its queue (1 is first), and the data of the last
   * announcement this caller heard.
   */
  async place(executor: Db | Tx, id: string): Promise<{ position: number; lastSaid: Prisma.JsonValue | undefined }> {
    const rows = await executor.$queryRaw<{ ahead: number; lastSaid: Prisma.JsonValue }[]>`/* named call_place */
      SELECT (SELECT count(*)::int FROM inbound_call_queue o WHERE o.queue_id = me.queue_id
          AND o.state IN ('waiting', 'offered') AND (o.order_key, o.id) < (me.order_key, me.id)) AS ahead,
        CASE WHEN me.last_announced_at IS NOT NULL THEN (
          SELECT e.data FROM queued_call_events e WHERE e.queued_call_id = me.id AND e.reason = 'announced'
          ORDER BY e.id DESC LIMIT 1) END AS "lastSaid"
      FROM inbound_call_queue me WHERE me.id = ${id}::uuid`;
    return { position: (rows[0]?.ahead ?? 0) + 1, lastSaid: rows[0]?.lastSaid ?? undefined };
  }

  /** This caller hears an announcement now. `spoken`: the position in it, if there is one. */
  async announce(tx: Tx, call: QueuedCallRow, spoken: number | null, data: EventData): Promise<void> {
    await tx.$executeRaw`/* named announce_to_call */
      WITH said AS (
        UPDATE inbound_call_queue SET last_announced_at = evenhand_now(),
          last_spoken_position = coalesce(${spoken}::int, last_spoken_position)
        WHERE id = ${call.id}::uuid RETURNING id, last_announced_at)
      INSERT INTO queued_call_events (queued_call_id, from_state, to_state, reason, data, at)
      SELECT said.id, ${call.state}, ${call.state}, 'announced', ${JSON.stringify(data)}::jsonb, said.last_announced_at
      FROM said`;
  }

  /** This caller hears something else than position and wait. */
  async announced(tx: Tx, id: string): Promise<void> {
    await tx.$executeRaw`UPDATE inbound_call_queue SET last_announced_at = evenhand_now() WHERE id = ${id}::uuid`;
  }

  async add(tx: Tx, said: NewAnnouncement): Promise<void> {
    await tx.$executeRaw`/* named add_announcement */
      INSERT INTO wait_announcements (queue_id, queued_call_id, at, position, spoken_position, ahead, waited_seconds, basis,
        expected_seconds, low_seconds, high_seconds, low_minutes, high_minutes, last_wait_seconds, average_wait_seconds, facts)
      VALUES (${said.queueId}::uuid, ${said.entryId}::uuid, evenhand_now(), ${said.position}::int,
        ${said.spokenPosition}::int, ${said.ahead}::int, ${said.waitedSeconds}::float8, ${said.basis},
        ${said.expectedSeconds}::float8, ${said.lowSeconds}::float8, ${said.highSeconds}::float8,
        ${said.lowMinutes}::int, ${said.highMinutes}::int, ${said.lastWaitSeconds}::float8,
        ${said.averageWaitSeconds}::float8, ${JSON.stringify(said.facts)}::jsonb)`;
  }

  /**
   * Writes down what became of callers who no longer wait; answers of how many announcements. The first end counts: a
   * caller who loses the agent and waits again was answered all the same.
   */
  async settle(): Promise<number> {
    return this.db.$executeRaw`
      UPDATE wait_announcements a SET outcome = e.outcome, outcome_seconds = greatest(0, extract(epoch FROM e.at - a.at))
      FROM (
        SELECT o.id, CASE WHEN q.connected_at IS NOT NULL THEN 'answered'
            WHEN q.state IN ('abandoned', 'short_abandoned') THEN 'abandoned' ELSE 'left' END AS outcome,
          coalesce(q.connected_at, q.state_since) AS at
        FROM wait_announcements o JOIN inbound_call_queue q ON q.id = o.queued_call_id
        WHERE o.outcome IS NULL
          AND (q.connected_at >= o.at OR q.state NOT IN ('waiting', 'offered', 'connecting'))
        ORDER BY o.id LIMIT ${MOST_SETTLED} FOR UPDATE OF o SKIP LOCKED) e
      WHERE a.id = e.id`;
  }

  /**
   * The accuracy of the last hours. Judged are callers who were answered, and those who gave up after the range's end:
   * whoever gave up before it cannot tell whether it was right. Those for whom an agent was free are not judged.
   */
  async accuracy(queueId: string, hours: number): Promise<AccuracyRow> {
    const rows = await this.db.$queryRaw<AccuracyRow[]>`
      WITH told AS (
        SELECT *, abs(expected_seconds - outcome_seconds) AS error,
          outcome = 'answered' OR (outcome = 'abandoned' AND outcome_seconds > high_seconds) AS judged,
          outcome = 'answered' AND last_wait_seconds IS NOT NULL AND average_wait_seconds IS NOT NULL AS compared
        FROM wait_announcements
        WHERE queue_id = ${queueId}::uuid AND at > evenhand_now() - make_interval(hours => ${hours}::int)
          AND basis <> 'ready')
      SELECT count(*)::int AS announced, (count(*) FILTER (WHERE outcome IS NULL))::int AS waiting,
        (count(*) FILTER (WHERE outcome = 'answered'))::int AS answered,
        (count(*) FILTER (WHERE outcome = 'abandoned'))::int AS abandoned,
        (count(*) FILTER (WHERE outcome = 'left'))::int AS "left",
        (count(*) FILTER (WHERE judged))::int AS judged,
        (count(*) FILTER (WHERE judged AND outcome_seconds BETWEEN low_seconds AND high_seconds))::int AS inside,
        (count(*) FILTER (WHERE judged AND outcome_seconds >= low_minutes * 60
          AND (outcome_seconds <= high_minutes * 60 OR low_minutes = high_minutes)))::int AS "insideSpoken",
        (count(*) FILTER (WHERE judged AND outcome_seconds < low_seconds))::int AS sooner,
        (count(*) FILTER (WHERE judged AND outcome_seconds > high_seconds))::int AS later,
        (avg(error) FILTER (WHERE outcome = 'answered'))::float8 AS error,
        (avg(expected_seconds - outcome_seconds) FILTER (WHERE outcome = 'answered'))::float8 AS bias,
        (count(*) FILTER (WHERE compared))::int AS compared,
        (avg(error) FILTER (WHERE compared))::float8 AS "comparedError",
        (avg(abs(last_wait_seconds - outcome_seconds)) FILTER (WHERE compared))::float8 AS "lastWaitError",
        (avg(abs(average_wait_seconds - outcome_seconds)) FILTER (WHERE compared))::float8 AS "averageWaitError"
      FROM told`;
    const row = rows[0];
    if (!row) throw new Error("an aggregate without a row");
    return row;
  }

  /** Whether there is such a queue, and whether the agent works in it. */
  async queueFor(queueId: string, agentId: string | undefined): Promise<{ member: boolean } | undefined> {
    const rows = await this.db.$queryRaw<{ member: boolean }[]>`
      SELECT EXISTS (SELECT 1 FROM queue_memberships m
        WHERE m.queue_id = k.id AND m.agent_id = ${agentId ?? null}::uuid) AS member
      FROM call_queues k WHERE k.id = ${queueId}::uuid`;
    return rows[0];
  }
}
