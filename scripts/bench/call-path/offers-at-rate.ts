import { setTimeout as delay } from "node:timers/promises";
import type { Callers } from "./callers";
import type { Declines } from "./decline-schedule";
import type { CallHouse } from "./house";

/** Callers who stand in line, all of them being offered to somebody: as many as may be asked at once. */
const CALLERS = 60;
const GATHER_PER_SECOND = 20;
const SETTLE_MS = 2_000;

export interface Offers extends Pick<Declines, "from" | "to" | "late"> {
  /** Offers that were declined and undone, from the first decline that was due to the last one's commit. */
  perSecond: number;
  /** Offers in that time that came to another end. */
  otherEnds: number;
  /** Milliseconds from each decline's commit to the commit of the same caller's next offer. */
  next: number[];
  /** Milliseconds from an offer's commit to that of the carrier's report that it rings. */
  rung: number[];
  /** Milliseconds of processor time of one offer, by part. */
  cost: Record<string, number>;
}

/**
 * Offers and nothing else: callers wait in the queue whose agents ring until the schedule has one of them decline. Each
 * decline is reported, undone, and wakes dispatch, which reserves the caller's next agent and has that one rung.
 */
export async function offersAtRate(house: CallHouse, callers: Callers): Promise<Offers> {
  const inLine = await callers.atRate(GATHER_PER_SECOND, CALLERS / GATHER_PER_SECOND, house.declining.number);
  // The last to come are offered, and ring.
  await delay(SETTLE_MS);
  const before = await house.cpu();
  const declines = await house.declining.run();
  const after = await house.cpu();
  await delay(SETTLE_MS);
  await callers.hangUp(inLine);
  const ends = await endsSince(house, declines);
  const made = ends.filter(({ declined }) => declined);
  const last = Math.max(...made.map(({ resolved }) => resolved.getTime()));
  const cost = Object.entries(after).map(([name, used]) => [
    name,
    ((used - (before[name] ?? 0)) * 1_000) / made.length,
  ]);
  return {
    ...declines,
    perSecond: (made.length * 1_000) / (last - declines.from),
    otherEnds: ends.length - made.length,
    next: made.flatMap(({ next }) => next ?? []),
    rung: made.flatMap(({ rung }) => rung ?? []),
    cost: Object.fromEntries(cost) as Record<string, number>,
  };
}

interface OfferEnd {
  declined: boolean;
  resolved: Date;
  next: number | null;
  rung: number | null;
}

/** Offers that ended from the schedule's beginning until all that it declined were settled. */
async function endsSince({ db, declining }: CallHouse, { from, to }: Declines): Promise<OfferEnd[]> {
  return db.$queryRaw<OfferEnd[]>`
    SELECT o.status = 'declined' AS declined, o.resolved_at AS resolved,
      extract(epoch FROM lead(o.created_at) OVER (PARTITION BY o.queued_call_id ORDER BY o.created_at)
        - o.resolved_at)::float8 * 1000 AS next,
      extract(epoch FROM o.ringing_at - o.created_at)::float8 * 1000 AS rung
    FROM call_offers o JOIN inbound_call_queue q ON q.id = o.queued_call_id
    WHERE q.queue_id = ${declining.queueId}::uuid AND o.resolved_at >= ${new Date(from)}
      AND o.resolved_at < ${new Date(to + SETTLE_MS)}`;
}
