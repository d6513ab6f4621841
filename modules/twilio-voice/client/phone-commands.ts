import type { Choice, MicrophoneState } from "./phone-state";

/** What a person can ask of the phone, from any tab; the leading tab does it. */
export type PhoneCommand =
  | { type: "choose"; choice: Choice; takeOver: boolean }
  | { type: "accept" }
  /** Dials into a call out that the server has taken, or takes an offered call for which this phone is not rung. */
  | { type: "dial"; callId: string; offerId: string; to: string }
  | { type: "decline"; callId: string | null }
  | { type: "end"; callId: string | null }
  | { type: "hang_up_anyway" }
  | { type: "mute"; muted: boolean }
  /** Keys for the other side: 0-9 * #. */
  | { type: "digits"; digits: string }
  | { type: "input"; deviceId: string }
  | { type: "output"; deviceId: string }
  /** What a person's tab found when it asked for the microphone: only a visible tab can ask. */
  | { type: "microphone"; microphone: MicrophoneState }
  | { type: "dismiss_trouble" }
  | { type: "dismiss_lapse" }
  /** Tests the phone; `id` is new for each test. */
  | { type: "test"; id: string };

/** Peaks of the last moment, 0 to 1. */
export interface Levels {
  input: number;
  output: number;
}

export const SILENCE: Levels = { input: 0, output: 0 };
