import type { Callers } from "./callers";
import type { CallHouse } from "./house";

/** Callers who stand in line, all of them being offered to somebody who declines. */
const CALLERS = 60;
const GATHER_PER_SECOND = 20;

export interface OffersAlone {
  perSecond: number;
  /** Milliseconds of processor time of one offer, by part. */
  cost: Record<string, number>;
}

/**
 * Offers and nothing else: callers wait in the queue whose agents decline whatever rings, so that each offer is reserved,
 * ordered at the carrier, rung, reported as declined, and undone, and the caller is offered to the next agent.
 */
export async function offersAlone(house: CallHouse, callers: Callers, seconds: number): Promise<OffersAlone> {
  await callers.atRate(GATHER_PER_SECOND, CALLERS / GATHER_PER_SECOND, house.declining.number);
  // The first are being offered while the last arrive.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const [before, from, begun] = [await house.cpu(), await offersOf(house), performance.now()];
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  const [after, to, ended] = [await house.cpu(), await offersOf(house), performance.now()];
  const offers = to - from;
  const cost = Object.entries(after).map(([name, used]) => [name, ((used - (before[name] ?? 0)) * 1_000) / offers]);
  return { perSecond: (offers * 1_000) / (ended - begun), cost: Object.fromEntries(cost) as Record<string, number> };
}

/** Offers that have come to their end. */
async function offersOf({ db, declining }: CallHouse): Promise<number> {
  return db.callOffer.count({ where: { status: "declined", queuedCall: { queueId: declining.queueId } } });
}
