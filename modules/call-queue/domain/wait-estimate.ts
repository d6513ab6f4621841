import { forecastDepartures, type Departures } from "./departures";
import { abandonmentRates, rateAt, type PatienceGroup } from "./patience";

/** What the estimates of one queue are made from; all times in seconds. */
export interface WaitFacts {
  /** Agents of the queue who are signed in and take calls, busy ones included. */
  staffedAgents: number;
  /** Those of them who could take a call this moment. */
  readyAgents: number;
  /** How long the last ended calls occupied their agents (ring, conversation and wrap-up), 400 at most. */
  handleSeconds: readonly number[];
  /** How long each call held by one of these agents has been held. */
  heldSeconds: readonly number[];
  /** The mean time from the offer to the conversation of those ended calls. */
  ringSeconds: number;
  /** How long everybody who has no agent yet has waited, in the order of the line. */
  lineSeconds: readonly number[];
  /** Who gave up during the last 2 hours, by the time waited until then. */
  patience: readonly PatienceGroup[];
}

/** One caller among them. */
export interface CallerFacts {
  /** Callers in line before this one who have no agent yet. */
  ahead: number;
  waitedSeconds: number;
  /** How old the queue's facts are. */
  factsAgeSeconds: number;
}

export interface WaitEstimate {
  /** The median: the wait is as likely to be shorter as longer, and no other number errs less on average. */
  expectedSeconds: number;
  /** The 80 % interval. */
  lowSeconds: number;
  highSeconds: number;
  /**
   * "thin": fewer than 30 handled calls, so that much of it is the assumed handle time. "ready": an agent is free for
   * this caller, and only the ringing is left.
   */
  basis: "measured" | "thin" | "ready";
}

/** All that callers of one queue have in common. */
export interface WaitForecast {
  facts: WaitFacts;
  basis: "measured" | "thin";
  handleSeconds: number;
  /** The squared coefficient of variation of handle times over their number: how unsure their mean is. */
  meanError: number;
  /** Who gives up a second, by the time waited. */
  abandonment: readonly number[];
  departures: Departures;
}

/** Assumed until calls were measured; weighs as much as this many of them. */
const ASSUMED_HANDLE_SECONDS = 240;
const ASSUMED_WEIGHT = 10;
const MEASURED_CALLS = 30;
/** No announcement says more than this, and no loop runs longer. */
const MOST_AHEAD = 5_000;
/** The ringing that ends a wait varies less than an exponential time: its variance is this share of the mean squared. */
const RING_VARIATION = 0.3;
const RINGING: WaitEstimate = { expectedSeconds: 10, lowSeconds: 0, highSeconds: 60, basis: "ready" };

/** Prepares a queue's facts for the estimates of all its callers; undefined when nobody is there to answer. */
export function forecastWaits(facts: WaitFacts): WaitForecast | undefined {
  if (facts.staffedAgents <= 0) return undefined;
  const sum = facts.handleSeconds.reduce((total, one) => total + one, 0);
  const calls = facts.handleSeconds.length;
  const measured = calls >= MEASURED_CALLS;
  const mean = Math.max(
    1,
    measured ? sum / calls : (sum + ASSUMED_HANDLE_SECONDS * ASSUMED_WEIGHT) / (calls + ASSUMED_WEIGHT),
  );
  const spread = facts.handleSeconds.reduce((total, one) => total + (one - mean) ** 2, 0) / Math.max(1, calls);
  return {
    facts,
    basis: measured ? "measured" : "thin",
    handleSeconds: mean,
    meanError: measured ? spread / mean ** 2 / calls : 1 / (calls + ASSUMED_WEIGHT),
    abandonment: abandonmentRates(facts.patience),
    departures: forecastDepartures({ ...facts, handleSeconds: measured ? facts.handleSeconds : [mean] }),
  };
}

/**
 * How long a caller will wait until somebody answers.
 *
 * The base is the expected delay in a queue with abandonment, the sum over i = 0..n of 1 / (s / AHT + i * theta) for n
 * callers ahead and s agents (Whitt, "Predicting queueing delays", 1999), which holds for exponential handle times and
 * patience; it speaks while data is thin. Measured, departures are counted instead (departures.ts), and callers ahead
 * give up at the rate of those who have waited as long (patience.ts): the caller is answered when departures and
 * abandonments together have passed the n callers ahead and reached it, so that P(wait > t) = P(count(t) <= n). Either way the mean and the variance of the wait, widened by what is
 * not known of AHT, give a gamma distribution, and the range is the shortest that holds 80 % of it (ADR 24).
 */
export function estimateWait(forecast: WaitForecast, caller: CallerFacts): WaitEstimate {
  const { facts, basis, meanError } = forecast;
  const ahead = Math.min(Math.max(0, caller.ahead), MOST_AHEAD);
  if (facts.readyAgents > ahead) return RINGING;
  const wait = basis === "measured" ? countedWait(forecast, { ...caller, ahead }) : formulaWait(forecast, ahead);
  const mean = wait.mean + facts.ringSeconds;
  const variance = wait.variance + wait.mean ** 2 * meanError + RING_VARIATION * facts.ringSeconds ** 2 + 1;
  const [low, high] = gammaRange80(mean, variance);
  return { expectedSeconds: gammaQuantile(mean, variance, 0), lowSeconds: low, highSeconds: high, basis };
}

interface Moments {
  mean: number;
  variance: number;
}

/** The wait for an agent by the formula alone: one departure after another, each an exponential time. */
export function formulaWait(forecast: Pick<WaitForecast, "facts" | "handleSeconds">, ahead: number): Moments {
  const { patience, staffedAgents } = forecast.facts;
  const waited = patience.reduce((sum, group) => sum + group.waitedSeconds, 0);
  const theta = waited > 0 ? patience.reduce((sum, group) => sum + group.abandoned, 0) / waited : 0;
  let mean = 0;
  let variance = 0;
  for (let i = 0; i <= ahead; i += 1) {
    const seconds = 1 / (staffedAgents / forecast.handleSeconds + i * theta);
    mean += seconds;
    variance += seconds ** 2;
  }
  return { mean, variance };
}

/** The wait for an agent by counting departures and abandonments: mean = integral of P(wait > t). */
function countedWait(forecast: WaitForecast, caller: CallerFacts): Moments {
  const { stepSeconds, expected, variance, perSecond } = forecast.departures;
  const line = linePatience(forecast, caller);
  const skip = Math.min(expected.length - 1, Math.round(caller.factsAgeSeconds / stepSeconds));
  const before = skip === 0 ? 0 : (expected[skip - 1] ?? 0);
  let [mean, square, still, gaveUp, departed, seconds] = [0, 0, 1, 0, 0, 0];
  for (let i = skip; i < expected.length && still > 0.001; i += 1) {
    const from = seconds;
    seconds += stepSeconds;
    departed = (expected[i] ?? 0) - before;
    gaveUp += line(Math.max(0, caller.ahead - departed - gaveUp), seconds) * stepSeconds;
    const now = countAtMost(caller.ahead, departed + gaveUp, (variance[i] ?? 0) + gaveUp);
    mean += ((still + now) / 2) * stepSeconds;
    square += (still * from + now * seconds) * stepSeconds;
    still = now;
  }
  // Beyond the forecast agents become free at their usual pace.
  const left = still > 0.001 ? (still * Math.max(1, caller.ahead + 1 - departed - gaveUp)) / perSecond : 0;
  return { mean: mean + left, variance: Math.max(0, square - mean ** 2) + left ** 2 };
}

/** Callers looked at one by one; of a longer line an even sample stands for all. */
const MOST_LOOKED_AT = 60;

/** How many of the last `remaining` callers ahead give up a second, so many seconds from now. */
function linePatience(
  { facts, abandonment }: WaitForecast,
  { ahead, waitedSeconds, factsAgeSeconds }: CallerFacts,
): (remaining: number, inSeconds: number) => number {
  const older = facts.lineSeconds.map((one) => one + factsAgeSeconds).filter((one) => one > waitedSeconds);
  const line = ahead === 0 ? [] : older.slice(-ahead);
  while (line.length < ahead) line.push(waitedSeconds);
  return (remaining, inSeconds) => {
    const count = Math.round(remaining);
    const stride = Math.max(1, Math.ceil(count / MOST_LOOKED_AT));
    let rate = 0;
    for (let i = line.length - count; i < line.length; i += stride) {
      rate += stride * rateAt(abandonment, (line[i] ?? 0) + inSeconds);
    }
    return rate;
  };
}

/**
 * Normal quantiles with four fifths of the distribution between them, by how much of it lies below: 0 % to 10 %. The
 * last pair leaves a tenth on either side.
 */
const FOUR_FIFTHS: readonly (readonly [low: number, high: number])[] = [
  [Number.NEGATIVE_INFINITY, 0.8416],
  [-2.3263, 0.8779],
  [-2.0537, 0.9154],
  [-1.8808, 0.9542],
  [-1.7507, 0.9945],
  [-1.6449, 1.0364],
  [-1.5548, 1.0803],
  [-1.4758, 1.1264],
  [-1.4051, 1.175],
  [-1.3408, 1.2265],
  [-1.2816, 1.2816],
];

/**
 * The shortest range that holds 80 % of the gamma distribution with this mean and variance. Waits are skewed: leaving a
 * tenth on either side would name a longer range, whose middle nobody would call the middle.
 */
export function gammaRange80(mean: number, variance: number): [low: number, high: number] {
  let [low, high] = [0, Infinity];
  for (const [below, above] of FOUR_FIFTHS) {
    const from = gammaQuantile(mean, variance, below);
    const to = gammaQuantile(mean, variance, above);
    if (to - from < high - low) [low, high] = [from, to];
  }
  return [low, high];
}

/** By Wilson and Hilferty (1931), for the normal quantile z. */
function gammaQuantile(mean: number, variance: number, z: number): number {
  const shape = mean ** 2 / variance;
  return mean * Math.max(0, 1 - 1 / (9 * shape) + z / (3 * Math.sqrt(shape))) ** 3;
}

/**
 * P(count <= n) for a count with this mean and variance: a Poisson count is at most n when a gamma time of shape n + 1
 * is longer than its mean (Wilson and Hilferty again); one that varies less than a Poisson count is narrowed by as much.
 */
function countAtMost(n: number, mean: number, variance: number): number {
  if (mean <= 0) return 1;
  const spread = Math.min(1, Math.max(0.05, variance / mean));
  const shape = (n + 1) / spread;
  return normalBelow((1 - 1 / (9 * shape) - Math.cbrt(mean / (n + 1))) * 3 * Math.sqrt(shape));
}

/** P(a standard normal number <= z), to three places (Page, 1977). */
function normalBelow(z: number): number {
  return 0.5 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (z + 0.044715 * z ** 3)));
}
