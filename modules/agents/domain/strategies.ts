/**
 * How leads are dealt out. In all of them capacity holds, with the places that plans under way have been promised
 * counted as load, and ties are broken by the stored cursor (who had a lead last), then by the seed: never by name,
 * id or the order of a list.
 *
 * - round_robin: turns, counted per pool (see rotation.ts). After every prefix no two agents who are there differ by
 *   more than one turn, across deals and restarts, while nobody is full.
 * - capacity_based: most free room first and in proportion to it, within one lead of the exact share after every
 *   prefix (see share-order.ts); the better performance score breaks ties.
 * - performance_weighted: drawn by score, with a floor and an explored share, so that nobody's score rests on a record
 *   they get no chance to change.
 * - manual: the given agents by the given split; without one, evenly.
 */
export type Strategy = "round_robin" | "capacity_based" | "performance_weighted" | "manual";

/** Changes whenever the same input could be dealt differently. */
export const POLICY_VERSION = "leads-2";

/** performance_weighted: no score counts for less than this, in points. */
export const SCORE_FLOOR = 20;
/** performance_weighted: the share of leads that is dealt without regard to scores. */
export const EXPLORED_SHARE = 0.1;

/** Why a lead was dealt to nobody. */
export type LeftOver = "no_agent_available" | "no_capacity" | "beyond_split";

export type Choice =
  | { leadId: string; agentId: string; openBefore: number; openAfter: number }
  | { leadId: string; agentId: null; code: LeftOver };
