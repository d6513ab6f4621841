/** When agents will become free: what a look at the calls they hold, and at those that ended lately, tells. */
export interface Departures {
  /** Seconds between two points of the curves below; the first point is one step from now. */
  stepSeconds: number;
  /** Expected number of agents who have become free, one after another, until each point. */
  expected: Float64Array;
  /** The variance of that number. */
  variance: Float64Array;
  /** Departures a second beyond the last point. */
  perSecond: number;
}

export interface DepartureFacts {
  /** Agents of the queue who are signed in and take calls, busy ones included. */
  staffedAgents: number;
  /** How long the last ended calls occupied their agents: ring, conversation and wrap-up. At least one. */
  handleSeconds: readonly number[];
  /** How long each call that an agent holds now has been held. */
  heldSeconds: readonly number[];
}

const MOST_STEPS = 400;
/** An exponential distribution of the same mean weighs as much as this many calls: no sample knows the longest call. */
const SMOOTHING = 10;

/**
 * Forecasts departures from the ages of the calls held now. A call held for `e` seconds ends within `t` with
 * probability 1 - S(e + t) / S(e), where S is the survival function of handle times; whoever becomes free takes the
 * next call at once, so that departures lead to further ones (the discrete renewal equation; Cox, "Renewal Theory",
 * 1962). Calls that end or not are Bernoulli trials, and their variances add up.
 */
export function forecastDepartures({ staffedAgents, handleSeconds, heldSeconds }: DepartureFacts): Departures {
  const mean = handleSeconds.reduce((sum, one) => sum + one, 0) / handleSeconds.length;
  const step = Math.min(15, Math.max(2, mean / staffedAgents / 2));
  const survival = survivalOf(handleSeconds, mean, step);
  const ended = survival.map((share) => 1 - share);
  const expected = new Float64Array(MOST_STEPS);
  const variance = new Float64Array(MOST_STEPS);
  for (const [age, calls] of byAge(heldSeconds, step)) {
    const alive = at(survival, age);
    for (let i = 0; i < MOST_STEPS; i += 1) {
      const gone = 1 - at(survival, age + i + 1) / alive;
      expected[i] = at(expected, i) + calls * gone;
      variance[i] = at(variance, i) + calls * gone * (1 - gone);
    }
  }
  renew(expected, variance, ended);
  return { stepSeconds: step, expected, variance, perSecond: staffedAgents / mean };
}

/** Adds the departures of those calls that begin when others end. */
function renew(expected: Float64Array, variance: Float64Array, ended: Float64Array): void {
  const begun = new Float64Array(expected.length);
  let before = 0;
  for (let i = 0; i < expected.length; i += 1) {
    let again = 0;
    // On average a call that began within a step has been held for half a step less.
    for (let j = 0; j < i; j += 1) again += at(begun, j) * ((at(ended, i - j) + at(ended, i - j + 1)) / 2);
    expected[i] = at(expected, i) + again;
    variance[i] = at(variance, i) + again;
    begun[i] = Math.max(0, at(expected, i) - before);
    before = at(expected, i);
  }
}

/** The share of calls that last longer than so many steps: the sample's, smoothed; never 0. */
function survivalOf(handleSeconds: readonly number[], mean: number, step: number): Float64Array {
  const sorted = Float64Array.from(handleSeconds).sort();
  const share = new Float64Array(2 * MOST_STEPS + 1);
  let ended = 0;
  for (let i = 0; i < share.length; i += 1) {
    while (ended < sorted.length && at(sorted, ended) <= i * step) ended += 1;
    share[i] = (sorted.length - ended + SMOOTHING * Math.exp((-i * step) / mean)) / (sorted.length + SMOOTHING);
  }
  return share;
}

/** Calls counted by their age in steps: ten thousand agents cost no more than a few hundred. */
function byAge(heldSeconds: readonly number[], step: number): Map<number, number> {
  const ages = new Map<number, number>();
  for (const seconds of heldSeconds) {
    const age = Math.min(MOST_STEPS, Math.round(seconds / step));
    ages.set(age, (ages.get(age) ?? 0) + 1);
  }
  return ages;
}

/** A value that is known to be there. */
const at = (values: Float64Array, index: number): number => values[index] ?? 0;
