import type { Dealer, DealSetup } from "./dealer";
import type { Taken } from "./rotation";

/** What assignment_batches.input holds of a deal. */
export interface BatchInput extends DealSetup {
  /** Dealer.digest() after the last lead. */
  digest: string;
  /** Leads dealt, by pool and agent: the turns to take when a previewed plan is applied. */
  taken: Taken;
  /** Dealer.dealtOrder(): the cursors to store when it is applied. */
  dealtOrder: string[];
}

/** What is stored of a deal once all its leads have been dealt: plain JSON. */
export function batchInput(setup: DealSetup, dealer: Dealer): BatchInput {
  return { ...setup, digest: dealer.digest(), taken: dealer.taken(), dealtOrder: dealer.dealtOrder() };
}

/** The explanation that the decision of one dealt lead bears. */
export interface DealtExplanation {
  /** Which row of the plan, from 0. */
  position: number;
  before: { openLeads: number; maxCapacity: number };
  after: { openLeads: number; maxCapacity: number };
}

/** Writes explanations: once for a setup, then for each of its choices. */
export function explainer(
  setup: Pick<DealSetup, "candidates">,
): (position: number, choice: { agentId: string; openBefore: number }) => DealtExplanation {
  const capacities = new Map(setup.candidates.map(({ agentId, maxCapacity }) => [agentId, maxCapacity]));
  return (position, { agentId, openBefore }) => {
    const maxCapacity = capacities.get(agentId) ?? 0;
    return {
      position,
      before: { openLeads: openBefore, maxCapacity },
      after: { openLeads: openBefore + 1, maxCapacity },
    };
  };
}

/** The setup that a stored input holds, all of it: a member that no setup has stays in, and so in the digest. */
export function setupOf(input: BatchInput): DealSetup {
  const { digest: _digest, taken: _taken, dealtOrder: _dealtOrder, ...setup } = input;
  return setup;
}

/** Whether a stored input says of itself that it is of this policy. */
export function isBatchInput(input: unknown): input is BatchInput {
  if (typeof input !== "object" || input === null) return false;
  const { policy, candidates, pools, digest } = input as Partial<BatchInput>;
  return policy === "leads-2" && Array.isArray(candidates) && Array.isArray(pools) && typeof digest === "string";
}
