/** The ways in which a queue chooses among ready agents. */
export const CALL_STRATEGIES = ["longest_idle", "round_robin", "least_calls", "performance_weighted"] as const;
export type CallStrategy = (typeof CALL_STRATEGIES)[number];
