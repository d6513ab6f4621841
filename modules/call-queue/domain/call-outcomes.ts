/** What came of a call, as people look for it; "live": it is not over. */
export const CALL_OUTCOMES = [
  "answered",
  "abandoned",
  "voicemail",
  "callback",
  "overflowed",
  "closed",
  "not_reached",
  "failed",
  "live",
] as const;
export type CallOutcome = (typeof CALL_OUTCOMES)[number];
