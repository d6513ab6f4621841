import type { Actor } from "@/lib/principal";
import type { PlannedOffer } from "../domain/offer-plan";
import type { CallClaimRepository, WantedOffer } from "../repositories/call-claim.repository";
import {
  MOST_FREE,
  type DispatchQueue,
  type DispatchRepository,
  type WaitingCall,
  type WantedAgents,
} from "../repositories/dispatch.repository";
import type { LoadBalancingService, PlanRound } from "./load-balancing.service";

/** Calls looked at, and offers made, in one statement: a burst is served in a few, and none holds its locks for long. */
const BATCH = 50;
/** Free agents read beside two for each call that is looked at: some turn out not to be ready, or not for these calls. */
const SPARE = 20;
/** Further batches that are looked at when nobody may take the calls at the head. */
const MOST_PAGES = 20;
const MOST_ROUNDS = 200;
/** Seconds past the ring's timeout until an offer without any callback is given up. */
const EXPIRY_GRACE_SECONDS = 5;

/** Offers waiting calls to ready agents. The database refuses every double booking; this chooses whom to ask. */
export class CallAssignmentService {
  constructor(
    private readonly dispatch: DispatchRepository,
    private readonly claims: CallClaimRepository,
    private readonly balancing: LoadBalancingService,
  ) {}

  /**
   * Offers as many waiting calls as there are ready agents; safe to run anywhere, at any time, many times at once.
   * Answers the number of offers made. The carrier commands they need are written, not yet run. `callersOnly`: leaves
   * callbacks in line, whose customers could not be dialled.
   */
  async offerWaiting(actor: Actor, { callersOnly = false } = {}): Promise<number> {
    let made = 0;
    // Calls whose row somebody is writing: their webhook wakes the dispatcher when it is done.
    const busyRows = new Set<string>();
    const anyDevice = await this.balancing.anyDevice();
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const queues = await this.dispatch.findQueues(anyDevice);
      if (queues.length === 0) break;
      const { offers, whole } = await this.plan(queues, anyDevice, { busyRows, callersOnly });
      if (offers.length === 0) break;
      const outcomes = await this.claims.claim(offers, anyDevice, actor);
      for (const outcome of outcomes) {
        if (outcome.made) made += 1;
        else if (!outcome.held) busyRows.add(outcome.entryId);
        // Held but not made: another dispatcher was faster with the agent. Others may be free: the next round sees.
      }
      // Nothing is left of what was read, and what came since wakes by itself.
      if (whole && outcomes.every((outcome) => outcome.made)) break;
    }
    return made;
  }

  /** One plan over what is read now; `whole`: there is nothing that a second one could add. */
  private async plan(
    queues: readonly DispatchQueue[],
    anyDevice: boolean,
    { busyRows, callersOnly }: { busyRows: ReadonlySet<string>; callersOnly: boolean },
  ): Promise<{ offers: WantedOffer[]; whole: boolean }> {
    const queueIds = queues.map(({ queueId }) => queueId);
    const calls = await this.dispatch.findWaiting(queueIds, BATCH, { callersOnly });
    if (calls.length === 0) return { offers: [], whole: true };
    let most = Math.min(MOST_FREE, 2 * calls.length + SPARE);
    let round = await this.read(queues, calls, anyDevice, most);
    let page = calls;
    for (let pages = 1; ; pages += 1) {
      const open = calls.filter((call) => !busyRows.has(call.entryId));
      let planned = round.plan(open).slice(0, BATCH);
      if (planned.length < Math.min(open.length, BATCH) && most < MOST_FREE && round.isCut) {
        // Those at the head of the pool may not take what is left over: others may.
        most = MOST_FREE;
        round = await this.read(queues, calls, anyDevice, most);
        planned = round.plan(open).slice(0, BATCH);
      }
      const ready = round.ready(open);
      const enough = planned.length >= Math.min(ready, BATCH);
      const last = page.at(-1);
      // Passed over were those whom nobody who is ready may take: behind them may be others.
      if (enough || page.length < BATCH || pages >= MOST_PAGES || !last) {
        // A full plan leaves callers or agents over, and a plan asks nobody twice, whatever they could take at once.
        const whole = planned.length < BATCH && round.holdOneAtMost;
        return { offers: planned.map(wanted(queues)), whole };
      }
      page = await this.dispatch.findWaiting(queueIds, BATCH, { after: last, callersOnly });
      calls.push(...page);
    }
  }

  private async read(
    queues: readonly DispatchQueue[],
    calls: readonly WaitingCall[],
    anyDevice: boolean,
    most: number,
  ): Promise<PlanRound> {
    const queueIds = queues.map(({ queueId }) => queueId);
    const [free, notFree, staff] = await Promise.all([
      this.dispatch.findFree(queues, wantedBy(calls), anyDevice, { most }),
      this.dispatch.findNotFree(queueIds, anyDevice),
      this.dispatch.findStaff(queueIds),
    ]);
    return this.balancing.round({ queues, staff, free, notFree });
  }
}

function wantedBy(calls: readonly WaitingCall[]): WantedAgents {
  return {
    preferred: [...new Set(calls.flatMap(({ preferredAgentId }) => preferredAgentId ?? []))],
    skills: [...new Set(calls.flatMap(({ requiredSkills }) => requiredSkills))],
  };
}

function wanted(queues: readonly DispatchQueue[]): (offer: PlannedOffer) => WantedOffer {
  const rings = new Map(queues.map((queue) => [queue.queueId, queue.ringTimeoutSeconds]));
  return (offer) => {
    const ringSeconds = rings.get(offer.queueId) ?? 20;
    return { ...offer, ringSeconds, expiresInSeconds: ringSeconds + EXPIRY_GRACE_SECONDS };
  };
}
