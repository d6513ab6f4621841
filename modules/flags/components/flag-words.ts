import type { FlagView } from "../schemas";

/** What people call each flag, what it does, and what happens without it. */
export const flagWords: Readonly<Record<FlagView["name"], { label: string; does: string }>> = {
  FEATURE_ENHANCED_QUEUE: {
    label: "Queue",
    does: "Callers wait in a queue with music until an agent is free. Off: one free agent is rung, then voicemail.",
  },
  FEATURE_ENHANCED_DISCOVERY: {
    label: "Proven agents",
    does: "Calls go only to agents whose readiness is proven. Off: to anyone who is available and free.",
  },
  FEATURE_DISCOVERY_FALLBACK: {
    label: "Discovery fallback",
    does: "When readiness cannot be checked, calls go to anyone available and free. Off: they wait.",
  },
  FEATURE_CONTINUOUS_DISCOVERY: {
    label: "Continuous discovery",
    does: "Every event that could bring a caller and an agent together looks again. Off: only the worker’s timer does.",
  },
  FEATURE_AGENT_HEARTBEAT: {
    label: "Heartbeats",
    does: "Agents whose softphone falls silent are signed out and not rung. Off: they stay until they sign out.",
  },
  FEATURE_DEVICE_CONNECTIVITY: {
    label: "Device checks",
    does: "The state of the phone and its network counts for readiness. Off: it neither blocks nor scores.",
  },
  FEATURE_PRIORITY_QUEUE: {
    label: "Priorities",
    does: "Urgent and important callers come sooner, and nobody starves. Off: first come, first served.",
  },
  FEATURE_LOAD_BALANCING: {
    label: "Load balancing",
    does: "Each queue’s own strategy chooses among ready agents. Off: whoever has been idle longest.",
  },
  FEATURE_CALLBACKS: {
    label: "Callbacks",
    does: "Callers may be called back and keep their place. Off: none are offered.",
  },
};

/** The order on the screen: the whole first, then its parts. */
export const flagOrder = Object.keys(flagWords) as FlagView["name"][];

export const sourceWords: Readonly<Record<FlagView["source"], string>> = {
  environment: "Switched off by the environment",
  rollback: "Rolled back",
  database: "Set here",
  default: "Default",
};
