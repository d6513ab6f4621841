import type { Device } from "@twilio/voice-sdk";

const KEYS = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "s", "h"] as const;

/** All sounds are our own files: the SDK would fetch its own from the network. */
const sounds = {
  incoming: "/sounds/ringtone.wav",
  outgoing: "/sounds/outgoing.wav",
  disconnect: "/sounds/hang-up.wav",
  ...Object.fromEntries(KEYS.map((key) => [`dtmf${key}`, `/sounds/dtmf-${key}.wav`])),
};

/** How this product wants the Voice SDK's device. `publishEvents` is an option the SDK does not document. */
export const deviceOptions: Device.Options & { publishEvents: boolean; sounds: { incoming: string } } = {
  appName: "evenhand",
  publishEvents: false,
  logLevel: "error",
  sounds,
  closeProtection: "You are in a call. Leaving this page ends it for you.",
  // A lost signalling socket must not end a conversation that is still heard.
  maxCallSignalingTimeoutMs: 30_000,
  tokenRefreshMs: 60_000,
  enableImprovedSignalingErrorPrecision: true,
};
