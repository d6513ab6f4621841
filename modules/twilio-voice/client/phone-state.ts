import type { PresenceSession } from "@/modules/agents/schemas";

/** What a person chooses; "on a call" and "wrap-up" are the server's to say. */
export type ChosenStatus = PresenceSession["chosenStatus"];

/** One act of choosing. Repeating it says nothing new, so a status the server has set since is not overwritten. */
export interface Choice {
  id: string;
  status: ChosenStatus;
}

/** How the Voice SDK's device stands with the carrier. */
export type DevicePhase = "off" | "starting" | "registered" | "reconnecting" | "failed";

export type MicrophoneState = "unknown" | "ask" | "granted" | "denied" | "missing" | "in_use";

/** Found by the softphone itself and sent with each beat; the server says what each means for readiness. */
export type ProblemCode =
  | "mic_denied"
  | "mic_missing"
  | "mic_in_use"
  | "token_expired"
  | "token_failed"
  | "registration_failed"
  | "signalling_lost"
  | "browser_unsupported"
  | "audio_blocked";

/** A call's quality as the SDK measures it; the mean of the last seconds. */
export interface Quality {
  /** Mean opinion score, 1 (unusable) to about 4.5. */
  mos: number | null;
  rttMs: number | null;
  jitterMs: number | null;
  lossPercent: number | null;
}

export type LegPhase = "ringing" | "connecting" | "open" | "reconnecting";

/** The call in this browser: one leg of the caller's conversation. */
export interface Leg {
  callSid: string;
  from: string;
  /** The product's own call, when the carrier's invitation named it. */
  callId: string | null;
  phase: LegPhase;
  muted: boolean;
  /** Set once somebody pressed End: the hang-up is wanted. */
  ending: boolean;
  quality: Quality | null;
  /** Server's clock as this browser knows it, milliseconds since the epoch. */
  sinceMs: number;
}

export interface AudioDevice {
  id: string;
  label: string;
}

export interface AudioState {
  inputs: readonly AudioDevice[];
  outputs: readonly AudioDevice[];
  inputId: string | null;
  outputId: string | null;
  canChooseOutput: boolean;
}

/** Something that went wrong and that the person should read; each new one has a new id. */
export interface Trouble {
  id: number;
  message: string;
  remedy: string;
  /** Pressing End did not reach the server: offers to hang up all the same. */
  hangUpAnyway: boolean;
}

/** Everything the leading tab knows, in a form that can be sent to the other tabs. */
export interface PhoneState {
  choice: Choice;
  /** The presence as the server last answered; null until it has. */
  session: PresenceSession | null;
  /** False once the server refused the sign-in cookie. */
  signedIn: boolean;
  /** Another browser holds the session. */
  superseded: boolean;
  /** Beats in a row that did not reach the server. */
  missedBeats: number;
  device: DevicePhase;
  microphone: MicrophoneState;
  /** Problems of the device alone; the microphone's are added by `problemsOf`. */
  deviceProblems: readonly ProblemCode[];
  leg: Leg | null;
  /** Server's clock; when the last leg ended, for a moment of patience with the server's answer. */
  legEndedAtMs: number | null;
  audio: AudioState;
  trouble: Trouble | null;
}

export const initialPhoneState: PhoneState = {
  choice: { id: "", status: "offline" },
  session: null,
  signedIn: true,
  superseded: false,
  missedBeats: 0,
  device: "off",
  microphone: "unknown",
  deviceProblems: [],
  leg: null,
  legEndedAtMs: null,
  audio: { inputs: [], outputs: [], inputId: null, outputId: null, canChooseOutput: false },
  trouble: null,
};

/** All problems to report: the device's own and the microphone's. */
export function problemsOf(state: PhoneState): ProblemCode[] {
  const microphone: Partial<Record<MicrophoneState, ProblemCode>> = {
    denied: "mic_denied",
    missing: "mic_missing",
    in_use: "mic_in_use",
  };
  const own = microphone[state.microphone];
  return own === undefined ? [...state.deviceProblems] : [own, ...state.deviceProblems];
}
