import type { Db } from "@/lib/db/client";
import type { Span } from "./idle-beside-waiting";

export interface CallHistory {
  /** Milliseconds since 1970 at which offers were committed to, and calls were over (wrap-up included). */
  offers: number[];
  ends: number[];
  /** States of the calls that are not over, with how many stand in each. */
  unfinished: string;
  /** From the arrival of each call to its offer. */
  waiting: Span[];
  /** From the moment at which each agent was free to the next offer. */
  idle: Span[];
}

/** Reads what became of every call of a queue that arrived after `since` (milliseconds since 1970), and of its agents. */
export async function callHistory(db: Db, queueId: string, since: number): Promise<CallHistory> {
  const until = Date.now();
  const calls = await db.$queryRaw<{ from: Date; to: Date | null; over: Date | null; state: string }[]>`
    SELECT q.enqueued_at AS from, (SELECT min(o.created_at) FROM call_offers o WHERE o.queued_call_id = q.id) AS to,
      CASE WHEN q.state = 'done' THEN q.state_since END AS over, q.state::text AS state
    FROM inbound_call_queue q WHERE q.queue_id = ${queueId}::uuid
      AND q.enqueued_at >= ${new Date(since)}`;
  // Offered, free again, offered, free again, ...: what lies between two offers and begins with the end of the first.
  const turns = await db.$queryRaw<{ from: Date | null; to: Date | null }[]>`
    SELECT CASE WHEN q.state = 'done' THEN q.state_since END AS from,
      lead(o.created_at) OVER (PARTITION BY o.agent_id ORDER BY o.created_at) AS to
    FROM call_offers o JOIN inbound_call_queue q ON q.id = o.queued_call_id
    WHERE q.queue_id = ${queueId}::uuid`;
  const firsts = await db.$queryRaw<{ to: Date | null }[]>`
    SELECT (SELECT min(o.created_at) FROM call_offers o WHERE o.agent_id = s."agentId") AS to
    FROM agent_sessions s JOIN queue_memberships m ON m.agent_id = s."agentId" AND m.queue_id = ${queueId}::uuid`;
  const open = calls.filter(({ over }) => over === null).map(({ state }) => state);
  const states = [...new Set(open)].map((state) => `${open.filter((one) => one === state).length} ${state}`);
  return {
    unfinished: states.join(", "),
    offers: calls.flatMap(({ to }) => (to ? [to.getTime()] : [])),
    ends: calls.flatMap(({ over }) => (over ? [over.getTime()] : [])),
    waiting: calls.map(({ from, to }) => ({ from: from.getTime(), to: to?.getTime() ?? until })),
    idle: [
      ...firsts.map(({ to }) => ({ from: since, to: to?.getTime() ?? until })),
      ...turns.flatMap(({ from, to }) => (from ? [{ from: from.getTime(), to: to?.getTime() ?? until }] : [])),
    ],
  };
}
