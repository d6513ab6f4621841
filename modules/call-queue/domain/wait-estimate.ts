/** What the estimate is made from; all times in seconds. */
export interface WaitFacts {
  /** Callers in line before this one. */
  ahead: number;
  /** Agents of the queue who are signed in and take calls, busy ones included. */
  staffedAgents: number;
  /** Those of them who could take a call this moment. */
  readyAgents: number;
  /** Handle times (talk and wrap-up) of the last calls, 100 at most. */
  handledCalls: number;
  handleSecondsTotal: number;
  /** Callers who gave up during the last 2 hours, and the time that all callers waited in them. */
  abandoned: number;
  waitedSecondsTotal: number;
}

export interface WaitEstimate {
  expectedSeconds: number;
  /** The 80 % interval. */
  lowSeconds: number;
  highSeconds: number;
  /**
   * "thin": fewer than 10 handled calls, so that most of it is the assumed handle time. "ready": an agent is free for
   * this caller, and only the ringing is left.
   */
  basis: "measured" | "thin" | "ready";
}

/** Assumed until calls were measured; weighs as much as this many of them. */
const ASSUMED_HANDLE_SECONDS = 240;
const ASSUMED_WEIGHT = 10;
/** No service runs forever, and no announcement says more than this. */
const MOST_AHEAD = 5_000;
const RINGING: WaitEstimate = { expectedSeconds: 10, lowSeconds: 0, highSeconds: 60, basis: "ready" };
const Z90 = 1.2815515655446004;

/**
 * How long a caller with `ahead` callers before it will wait, or undefined when nobody is there to answer.
 *
 * The expected delay in a queue with abandonment (Erlang-A; Whitt, "Predicting queueing delays", 1999): one departure
 * after another, the i-th at rate s / AHT + i * theta, so that the mean is the sum over i = 0..n of their inverses. The
 * delay is a sum of exponentials; the 80 % interval is that of the gamma distribution with the same mean and variance,
 * its quantiles by Wilson and Hilferty (1931).
 */
export function estimateWait(facts: WaitFacts): WaitEstimate | undefined {
  if (facts.staffedAgents <= 0) return undefined;
  if (facts.readyAgents > facts.ahead) return RINGING;
  const handleSeconds =
    (facts.handleSecondsTotal + ASSUMED_HANDLE_SECONDS * ASSUMED_WEIGHT) / (facts.handledCalls + ASSUMED_WEIGHT);
  const measured = facts.handledCalls >= ASSUMED_WEIGHT;
  const aht = measured ? facts.handleSecondsTotal / facts.handledCalls : handleSeconds;
  const theta = facts.waitedSecondsTotal > 0 ? facts.abandoned / facts.waitedSecondsTotal : 0;
  let mean = 0;
  let variance = 0;
  for (let i = 0; i <= Math.min(facts.ahead, MOST_AHEAD); i += 1) {
    const seconds = 1 / (facts.staffedAgents / Math.max(aht, 1) + i * theta);
    mean += seconds;
    variance += seconds ** 2;
  }
  const [low, high] = gammaInterval80(mean, variance);
  return { expectedSeconds: mean, lowSeconds: low, highSeconds: high, basis: measured ? "measured" : "thin" };
}

/** The 10 % and 90 % quantiles of the gamma distribution with this mean and variance. */
export function gammaInterval80(mean: number, variance: number): [low: number, high: number] {
  const shape = mean ** 2 / variance;
  const quantile = (z: number) => mean * Math.max(0, 1 - 1 / (9 * shape) + z / (3 * Math.sqrt(shape))) ** 3;
  return [quantile(-Z90), quantile(Z90)];
}

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
