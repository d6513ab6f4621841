/** Head starts of a queue, in seconds of waiting. */
export interface PriorityWeights {
  high: number;
  urgent: number;
  vip: number;
}

export type CallPriority = "normal" | "high" | "urgent";

/** No head start is longer than this, in seconds; the two that add up stay below the hour that marks a lost agent. */
export const LONGEST_WEIGHT_SECONDS = 1_200;

/** The head start of a call in seconds: that of its priority, and on top of it that of the VIP list. */
export function weightSeconds(weights: PriorityWeights, call: { priority: CallPriority; vip: boolean }): number {
  const ofPriority = call.priority === "normal" ? 0 : weights[call.priority];
  return ofPriority + (call.vip ? weights.vip : 0);
}

/**
 * What a call counts for: its weight and the seconds it has waited. The highest score is served first. All scores grow
 * alike, so the order of two calls never changes once both wait, and `arrival - weight` orders the line without being
 * computed again: ageing costs nothing (dynamic priorities with urgency numbers: Jackson, Naval Research Logistics
 * Quarterly 7, 1960).
 */
export function priorityScore(weight: number, waitedSeconds: number): number {
  return weight + waitedSeconds;
}

/** The place in line as a time (milliseconds since 1970): smaller is nearer the head, and the score now minus it is constant. */
export function orderKeyMs(arrivedMs: number, weight: number): number {
  return arrivedMs - weight * 1_000;
}

/**
 * Why nobody starves: seconds after the arrival of a caller of weight `own` from which on nobody who comes can be
 * served before them. Only those who arrive within that time and weigh more can overtake.
 */
export function longestOvertakingSeconds(weights: PriorityWeights, own = 0): number {
  return Math.max(0, Math.max(weights.high, weights.urgent, 0) + weights.vip - own);
}
