import { WEIGHTS, type Told } from "./estimates";

/** How good estimates were. Shares are of 1, times in seconds. */
export interface Verdict {
  count: number;
  meanWait: number;
  /** Mean absolute errors. */
  error: number;
  formulaError: number;
  lastWaitError: number;
  /** Of the average whose weight served best, and that weight. */
  averageError: number;
  averageWeight: number;
  /** How much smaller our error is than that average's. */
  less: number;
  coverage: number;
  formulaCoverage: number;
  /** The wait ended before the range began. */
  below: number;
  /** The middle of the range was within 30 s of the wait. */
  near: number;
}

const NEAR_SECONDS = 30;

export function judge(told: readonly Told[]): Verdict {
  const count = told.length;
  const mean = (value: (one: Told) => number): number => told.reduce((sum, one) => sum + value(one), 0) / count;
  const share = (holds: (one: Told) => boolean): number => mean((one) => (holds(one) ? 1 : 0));
  const error = mean((one) => Math.abs(one.expected - one.actual));
  const averages = WEIGHTS.map((weight, i) => ({
    weight,
    error: mean((one) => Math.abs((one.averages[i] ?? 0) - one.actual)),
  }));
  const best = averages.reduce((least, one) => (one.error < least.error ? one : least));
  return {
    count,
    meanWait: mean((one) => one.actual),
    error,
    formulaError: mean((one) => Math.abs(one.formula - one.actual)),
    lastWaitError: mean((one) => Math.abs(one.lastWait - one.actual)),
    averageError: best.error,
    averageWeight: best.weight,
    less: 1 - error / best.error,
    coverage: share((one) => one.actual >= one.low && one.actual <= one.high),
    formulaCoverage: share((one) => one.actual >= one.formulaLow && one.actual <= one.formulaHigh),
    below: share((one) => one.actual < one.low),
    near: share((one) => Math.abs((one.low + one.high) / 2 - one.actual) <= NEAR_SECONDS),
  };
}
