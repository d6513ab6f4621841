import type { PresenceSession } from "@/modules/agents/schemas";
import { lastingProblems, type DeviceTest } from "./device-test";
import type { ProblemCode, Quality } from "./phone-problems";

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

/** The server signed this phone out because nothing was heard from it, and it came back by itself. Instants, ISO 8601. */
export interface Lapse {
  /** The last beat before. */
  from: string;
  /** The first beat afterwards. */
  until: string;
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
  /** The last time the phone was out without anybody wanting it; null once it was read, or something was chosen. */
  lapse: Lapse | null;
  /** The last test of the phone, or the one that runs. */
  test: DeviceTest | null;
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
  lapse: null,
  test: null,
};

const OF_MICROPHONE: Partial<Record<MicrophoneState, ProblemCode>> = {
  denied: "mic_denied",
  missing: "mic_missing",
  in_use: "mic_in_use",
};

/** The problem that a microphone's state is, if it is one. */
export function problemOfMicrophone(microphone: MicrophoneState): ProblemCode | null {
  return OF_MICROPHONE[microphone] ?? null;
}

/** All problems to report: the microphone's, the device's own, and what the last test found. */
export function problemsOf(state: PhoneState): ProblemCode[] {
  const own = problemOfMicrophone(state.microphone);
  return [...(own === null ? [] : [own]), ...state.deviceProblems, ...lastingProblems(state.test)];
}
