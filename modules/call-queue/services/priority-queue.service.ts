import type { Tx } from "@/lib/db/transaction";
import { longestOvertakingSeconds, weightSeconds, type CallPriority, type PriorityWeights } from "../domain/priority";
import type { QueuePlaceRepository } from "../repositories/queue-place.repository";

/** Where a caller begins in a line. */
export interface Place {
  vip: boolean;
  /** Seconds of waiting the caller is given as a head start. */
  weightSeconds: number;
  preferredAgentId: string | null;
}

/** Who stands where: priority, the VIP list and ageing, as one order key that never has to be computed again. */
export class PriorityQueueService {
  constructor(private readonly places: Pick<QueuePlaceRepository, "facts">) {}

  /**
   * The place of a caller who enters a queue now; their time waited is added by the line itself. `prioritised`: the
   * call's arm of FEATURE_PRIORITY_QUEUE; without it the time of arrival alone counts.
   */
  async place(
    tx: Tx,
    caller: { queueId: string; number: string; priority: CallPriority; prioritised: boolean },
  ): Promise<Place> {
    const facts = await this.places.facts(tx, caller.queueId, caller.number);
    if (!facts) throw new Error(`There is no queue ${caller.queueId}`);
    const { weights, vip, preferredAgentId } = facts;
    const weight = caller.prioritised ? weightSeconds(weights, { priority: caller.priority, vip }) : 0;
    return { vip, weightSeconds: weight, preferredAgentId };
  }

  /** Seconds after a normal caller's arrival from which on nobody who comes can be served before them. */
  longestOvertaking(weights: PriorityWeights): number {
    return longestOvertakingSeconds(weights);
  }
}
