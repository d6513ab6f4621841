import { z } from "zod";
import { FLAG_NAMES, type FlagName } from "../types/flags";

/** Intervals, limits and switches that may differ between installations; every default is the one the design states. */
const seconds = (fallback: number, min: number, max: number) => z.coerce.number().min(min).max(max).default(fallback);

/** An explicit "false" switches a flag off until the environment changes; any other word leaves it to the database. */
const flag = z.stringbool().optional();

const schema = z.object({
  FEATURE_AGENT_HEARTBEAT: flag,
  FEATURE_DEVICE_CONNECTIVITY: flag,
  FEATURE_ENHANCED_DISCOVERY: flag,
  FEATURE_DISCOVERY_FALLBACK: flag,
  FEATURE_ENHANCED_QUEUE: flag,
  FEATURE_CONTINUOUS_DISCOVERY: flag,
  FEATURE_PRIORITY_QUEUE: flag,
  FEATURE_LOAD_BALANCING: flag,
  FEATURE_CALLBACKS: flag,
  /** Milliseconds that a process trusts what it read of the flags: a change is seen everywhere within them. */
  FLAG_CACHE_MS: z.coerce.number().int().min(0).max(4_000).default(1_500),
  /** Logs every webhook with its masked facts. */
  INBOUND_CALL_DEBUG: z.stringbool().default(false),
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
  /** Calls a second that may be placed at the carrier, by all processes together; see the account's limits. */
  CARRIER_CALLS_PER_SECOND: z.coerce.number().min(0.1).max(1_000).default(20),
  /** Legs at once that the account allows; 0 for no limit of our own. */
  CARRIER_CONCURRENT_CALLS: z.coerce.number().int().min(0).max(100_000).default(0),
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

/** The flags that this process's environment switches off. */
export function flagsOffHere(settings: Features = features()): readonly FlagName[] {
  return FLAG_NAMES.filter((name) => settings[name] === false);
}

/** Seconds without a beat after which a session's lease has run out. */
export function leaseSeconds(settings: Features = features()): number {
  return settings.AGENT_HEARTBEAT_INTERVAL * settings.AGENT_LEASE_BEATS;
}
