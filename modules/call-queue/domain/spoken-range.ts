import type { WaitEstimate } from "./wait-estimate";

/** Minutes as they are spoken: the range only widens by rounding, so that it stays true. */
export interface SpokenRange {
  lowMinutes: number;
  highMinutes: number;
}

const MOST_SPOKEN_MINUTES = 30;

/** The range in whole minutes; steps of 5 above 10 minutes, nothing beyond 30. */
export function spokenRange(estimate: WaitEstimate): SpokenRange {
  const round = (minutes: number, up: boolean): number => {
    const step = minutes > 10 ? 5 : 1;
    return Math.min(MOST_SPOKEN_MINUTES, (up ? Math.ceil(minutes / step) : Math.floor(minutes / step)) * step);
  };
  return {
    lowMinutes: round(estimate.lowSeconds / 60, false),
    highMinutes: Math.max(1, round(estimate.highSeconds / 60, true)),
  };
}
