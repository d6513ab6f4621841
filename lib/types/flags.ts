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
