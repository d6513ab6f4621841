/** Every feature flag. A call gets its arm of each when it comes in; unset, a flag is on for everybody. */
export const FLAG_NAMES = [
  "FEATURE_AGENT_HEARTBEAT",
  "FEATURE_DEVICE_CONNECTIVITY",
  "FEATURE_ENHANCED_DISCOVERY",
  "FEATURE_DISCOVERY_FALLBACK",
  "FEATURE_ENHANCED_QUEUE",
  "FEATURE_CONTINUOUS_DISCOVERY",
  "FEATURE_PRIORITY_QUEUE",
  "FEATURE_LOAD_BALANCING",
  "FEATURE_CALLBACKS",
] as const;
export type FlagName = (typeof FLAG_NAMES)[number];

/** What a flag is when nobody has set it: the share of calls it is on for, in percent. */
export const FLAG_DEFAULT_SHARE = 100;

/** One arm of each flag. */
export type FlagArms = Readonly<Record<FlagName, boolean>>;

/** Arms as a call stores them; a flag that is missing (the call is older than it) had not been switched off then. */
export function readArms(stored: unknown): FlagArms {
  const known = typeof stored === "object" && stored !== null ? (stored as Partial<Record<FlagName, unknown>>) : {};
  return Object.fromEntries(FLAG_NAMES.map((name) => [name, known[name] !== false])) as Record<FlagName, boolean>;
}
