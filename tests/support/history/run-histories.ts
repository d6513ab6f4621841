import fc from "fast-check";

/** Beyond the time of the histories themselves: starting processes, making smaller what failed. */
const PATIENCE_MS = 120_000;
/** Histories of one seed. */
const BATCH = 50;
const A_DAY_SECONDS = 86_400;

const { SOAK_RUNS, SOAK_MINUTES, SEED, FC_PATH } = process.env;
const soaking = SOAK_RUNS !== undefined || SOAK_MINUTES !== undefined;

/** How long the histories of one test may take, in seconds, when they take no more than `quick` by themselves. */
function secondsOf(quick: number): number {
  if (SOAK_MINUTES !== undefined) return Number(SOAK_MINUTES) * 60;
  return soaking ? A_DAY_SECONDS : quick;
}

export const timeoutMs = (quickSeconds: number): number => secondsOf(quickSeconds) * 1_000 + PATIENCE_MS;

/**
 * Runs random histories, each fifty with a seed of their own, until there were enough or the time is up: as many as
 * `quickSeconds` give, or SOAK_RUNS of them, or as many as SOAK_MINUTES give. SEED and FC_PATH, as a failure prints them,
 * play one again.
 */
export async function runHistories<T>(
  histories: fc.Arbitrary<T>,
  perform: (history: T) => Promise<void>,
  quickSeconds: number,
  options: fc.Parameters<[T]> = {},
): Promise<void> {
  if (SEED !== undefined) {
    const path = FC_PATH === undefined ? {} : { path: FC_PATH };
    return fc.assert(fc.asyncProperty(histories, perform), { ...options, seed: Number(SEED), numRuns: BATCH, ...path });
  }
  const endsAt = Date.now() + secondsOf(quickSeconds) * 1_000;
  const wanted = SOAK_RUNS === undefined ? Number.POSITIVE_INFINITY : Number(SOAK_RUNS);
  const isLate = (): boolean => Date.now() >= endsAt;
  // What comes after the time is up is made and let go.
  const property = fc.asyncProperty(histories, (history) => (isLate() ? Promise.resolve() : perform(history)));
  for (let run = 0; run < wanted && !isLate(); run += BATCH) {
    await fc.assert(property, { ...options, numRuns: Math.min(BATCH, wanted - run) });
  }
}
