import { Prisma } from "@/lib/db/generated/client";
import { CALLBACK_LINE } from "../domain/callback";

const { sql } = Prisma;

/** Overflows from one queue to the next that a caller goes through at most. */
const MOST_MOVES = 3;

/** Somebody is signed in to the queue, on a break or in a call included. */
export const somebodySignedIn = (queueId: Prisma.Sql): Prisma.Sql => sql`
  EXISTS (SELECT 1 FROM queue_memberships m JOIN agent_sessions s ON s."agentId" = m.agent_id AND s."logoutAt" IS NULL
    WHERE m.queue_id = ${queueId} AND s."status" <> 'offline')`;

const hasExit = (occasion: string): Prisma.Sql => sql`
  EXISTS (SELECT 1 FROM queue_exits x WHERE x.queue_id = k.id AND x.occasion = ${occasion})`;

/** Why a waiting caller `q` of queue `k` should leave the line now; null when they should not. */
export const dueExit = sql`
  -- Nobody stands on the line of a callback.
  CASE WHEN q.state <> 'waiting' OR q.carrier_queue_sid = ${CALLBACK_LINE} THEN NULL
    WHEN q.enqueued_at < evenhand_now() - make_interval(secs => k.max_wait_seconds) THEN 'max_wait'
    -- Not held by the carrier's queue (yet): the flow without a queue, and callers on their way back into it.
    WHEN q.carrier_queue_sid IS NULL OR q.moves >= ${MOST_MOVES}::int THEN NULL
    WHEN k.overflow_after_seconds IS NOT NULL
      AND q.queue_since < evenhand_now() - make_interval(secs => k.overflow_after_seconds)
      AND ${hasExit("overflow")} THEN 'overflow'
    WHEN ${hasExit("nobody")} AND NOT ${somebodySignedIn(sql`k.id`)} THEN 'nobody' END`;
