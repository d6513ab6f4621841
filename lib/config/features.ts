import { z } from "zod";

/** Intervals, limits and switches that may differ between installations; every default is the one the design states. */
const seconds = (fallback: number, min: number, max: number) => z.coerce.number().min(min).max(max).default(fallback);

const schema = z.object({
  /** Seconds between two beats of a softphone. */
  AGENT_HEARTBEAT_INTERVAL: seconds(30, 1, 300),
  /** Beats that may be missing before a session is swept offline. */
  AGENT_LEASE_BEATS: z.coerce.number().int().min(2).max(10).default(3),
  /** Seconds between two rounds of the worker's sweepers. */
  SWEEP_INTERVAL: seconds(1, 0.1, 60),
  /** Seconds between two rounds of the worker's dispatcher, behind the event triggers. */
  DISPATCH_INTERVAL: seconds(1, 0.1, 60),
  /** Milliseconds a carrier REST request may take. */
  CARRIER_TIMEOUT_MS: z.coerce.number().int().min(500).max(14_000).default(5_000),
  /** Attempts for one carrier command before it counts as failed. */
  CARRIER_ATTEMPTS: z.coerce.number().int().min(1).max(20).default(6),
  /** Minutes that live events are kept for listeners that come back. */
  LIVE_EVENT_MINUTES: z.coerce.number().int().min(1).max(1_440).default(60),
});

export type Features = z.infer<typeof schema>;

let cached: Features | undefined;

/** The validated settings of this process; throws a ZodError naming the variable when one is out of bounds. */
export function features(): Features {
  cached ??= schema.parse(Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== "")));
  return cached;
}

/** Seconds without a beat after which a session's lease has run out. */
export function leaseSeconds(settings: Features = features()): number {
  return settings.AGENT_HEARTBEAT_INTERVAL * settings.AGENT_LEASE_BEATS;
}
