/** Numbers from 0 up to, not including, 1: the same ones for the same seed. */
export type Random = () => number;

/** The mulberry32 generator: 32 bits of state, a period of 2^32, ample for a day of calls. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Draws seconds. */
export type Draw = (random: Random) => number;

export const exponential =
  (mean: number): Draw =>
  (random) =>
    -mean * Math.log(1 - random());

/** Log-normal with this mean and this coefficient of variation (standard deviation / mean). */
export function logNormal(mean: number, variation: number): Draw {
  const variance = Math.log(1 + variation ** 2);
  const centre = Math.log(mean) - variance / 2;
  return (random) => {
    // Box and Muller: one normal number of two uniform ones.
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.exp(centre + Math.sqrt(variance) * normal);
  };
}

/** With probability `share` from the first, else from the second. */
export const mixture =
  (share: number, first: Draw, second: Draw): Draw =>
  (random) =>
    random() < share ? first(random) : second(random);
