/** What became of the calls of one arm of a flag. */
export interface ArmFigures {
  /** Calls in that were answered or are over: without those hung up at once and those out of hours. */
  calls: number;
  /** Answered within the time that their queue calls in time. */
  inTime: number;
  /** Hung up while waiting. */
  lost: number;
}

/** A share of calls, 0 to 1, with the interval in which the true one lies; null where there are no calls. */
export interface Share {
  value: number;
  low: number;
  high: number;
}

/** How much larger a share is with the flag than without, -1 to 1. */
export type Difference = Share;

/** Half the width of a normal interval, in standard deviations: 95 %. */
export const Z_SHOWN = 1.959964;
/**
 * 99.9 %, for the rule that switches a flag off. It looks every minute: of looks at 95 % one would sooner or later go
 * against a flag that does nothing.
 */
export const Z_RULE = 3.290527;

/** Calls of each arm below which the rule does not judge: intervals of shares are rough there. */
export const FEWEST_CALLS = 100;

/** The interval of a share by Wilson (1927), which holds for small numbers and shares near 0 and 1. */
export function shareOfCalls(successes: number, calls: number, z: number = Z_SHOWN): Share | null {
  if (calls === 0) return null;
  const value = successes / calls;
  const middle = (value + (z * z) / (2 * calls)) / (1 + (z * z) / calls);
  const half = (z / (1 + (z * z) / calls)) * Math.sqrt((value * (1 - value)) / calls + (z * z) / (4 * calls * calls));
  return { value, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/** The interval of the difference of two independent shares by Newcombe (1998), his method 10, from Wilson's intervals. */
export function differenceOf(on: Share | null, off: Share | null): Difference | null {
  if (on === null || off === null) return null;
  const value = on.value - off.value;
  return {
    value,
    low: value - Math.hypot(on.value - on.low, off.high - off.value),
    high: value + Math.hypot(on.high - on.value, off.value - off.low),
  };
}

export interface Comparison {
  serviceLevel: { on: Share | null; off: Share | null; difference: Difference | null };
  abandonment: { on: Share | null; off: Share | null; difference: Difference | null };
}

/** Both arms beside each other. */
export function compareArms(on: ArmFigures, off: ArmFigures, z: number = Z_SHOWN): Comparison {
  const beside = (of: (arm: ArmFigures) => number): Comparison["serviceLevel"] => {
    const shares = { on: shareOfCalls(of(on), on.calls, z), off: shareOfCalls(of(off), off.calls, z) };
    return { ...shares, difference: differenceOf(shares.on, shares.off) };
  };
  return { serviceLevel: beside(({ inTime }) => inTime), abandonment: beside(({ lost }) => lost) };
}

export interface Harm {
  of: "service_level" | "abandonment";
  /** In percentage points, above 0: how much worse it is with the flag, and at least. */
  points: number;
  atLeast: number;
}

/**
 * What the flag does worse than the rule allows: shown, not suspected, since the whole interval lies beyond `points`.
 * Undefined while the calls are too few, or show no such thing.
 */
export function harmBeyond(points: number, on: ArmFigures, off: ArmFigures): Harm | undefined {
  if (on.calls < FEWEST_CALLS || off.calls < FEWEST_CALLS) return undefined;
  const { serviceLevel, abandonment } = compareArms(on, off, Z_RULE);
  const fewer = serviceLevel.difference;
  if (fewer && -fewer.high * 100 > points) {
    return { of: "service_level", points: -fewer.value * 100, atLeast: -fewer.high * 100 };
  }
  const more = abandonment.difference;
  if (more && more.low * 100 > points) {
    return { of: "abandonment", points: more.value * 100, atLeast: more.low * 100 };
  }
  return undefined;
}
