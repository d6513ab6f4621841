import type { PresenceSession } from "@/modules/agents/schemas";
import type { DeviceTest } from "./device-test";
import type { ProblemCode, Quality } from "./phone-problems";
import type { AudioState, Choice, DevicePhase, Lapse, Leg, MicrophoneState, PhoneState, Trouble } from "./phone-state";

/** Everything that can happen to the leading tab's phone. */
export type PhoneEvent =
  | { type: "chosen"; choice: Choice }
  | { type: "beat_answered"; session: PresenceSession; superseded: boolean; choiceId: string }
  | { type: "beat_failed" }
  | { type: "signed_out" }
  | { type: "device"; phase: DevicePhase }
  | { type: "problem"; code: ProblemCode; present: boolean }
  | { type: "microphone"; microphone: MicrophoneState }
  | { type: "audio"; audio: AudioState }
  | { type: "leg_ringing"; leg: Pick<Leg, "callSid" | "from" | "callId">; atMs: number }
  | { type: "leg_phase"; callSid: string; phase: Leg["phase"]; atMs: number }
  | { type: "leg_muted"; callSid: string; muted: boolean }
  | { type: "leg_ending"; callSid: string; ending: boolean }
  | { type: "leg_quality"; callSid: string; quality: Quality }
  | { type: "leg_ended"; callSid: string; atMs: number }
  | { type: "trouble"; message: string; remedy: string; hangUpAnyway?: boolean }
  | { type: "trouble_seen" }
  | { type: "lapse_seen" }
  | { type: "test"; test: DeviceTest | null };

/**
 * The softphone's own state. Pure. What the server says of presence wins over what was chosen; what the SDK says of
 * the leg wins over everything the softphone hoped for. Events of a leg that is no longer the present one are ignored,
 * so that a late one cannot bring a finished call back.
 */
export function reducePhone(state: PhoneState, event: PhoneEvent): PhoneState {
  switch (event.type) {
    case "chosen":
      return { ...state, choice: event.choice, superseded: false, signedIn: true, lapse: null };
    case "beat_answered":
      return answered(state, event);
    case "beat_failed":
      return { ...state, missedBeats: state.missedBeats + 1 };
    case "signed_out":
      return { ...state, signedIn: false, session: null };
    case "device":
      return state.device === event.phase ? state : { ...state, device: event.phase };
    case "problem":
      return withProblem(state, event.code, event.present);
    case "microphone":
      return state.microphone === event.microphone ? state : { ...state, microphone: event.microphone };
    case "audio":
      return { ...state, audio: event.audio };
    case "trouble":
      return { ...state, trouble: nextTrouble(state, event) };
    case "trouble_seen":
      return state.trouble === null ? state : { ...state, trouble: null };
    case "lapse_seen":
      return state.lapse === null ? state : { ...state, lapse: null };
    case "test":
      return { ...state, test: event.test };
    case "leg_ringing":
      return ringing(state, event);
    default:
      return state.leg?.callSid === event.callSid ? reduceLeg(state, state.leg, event) : state;
  }
}

type LegEvent = Extract<PhoneEvent, { callSid: string }>;

function reduceLeg(state: PhoneState, leg: Leg, event: LegEvent): PhoneState {
  switch (event.type) {
    case "leg_phase": {
      if (leg.phase === event.phase) return state;
      const opens = event.phase === "open" && leg.phase !== "reconnecting";
      return { ...state, leg: { ...leg, phase: event.phase, sinceMs: opens ? event.atMs : leg.sinceMs } };
    }
    case "leg_muted":
      return { ...state, leg: { ...leg, muted: event.muted } };
    case "leg_ending":
      return { ...state, leg: { ...leg, ending: event.ending } };
    case "leg_quality":
      return { ...state, leg: { ...leg, quality: event.quality } };
    case "leg_ended":
      return {
        ...state,
        leg: null,
        legEndedAtMs: event.atMs,
        trouble: state.trouble?.hangUpAnyway === true ? null : state.trouble,
      };
  }
}

/** A second invitation while a call lasts is not for this phone: the SDK would not let it be answered. */
function ringing(state: PhoneState, event: Extract<PhoneEvent, { type: "leg_ringing" }>): PhoneState {
  if (state.leg !== null) return state;
  const leg: Leg = {
    ...event.leg,
    phase: "ringing",
    muted: false,
    ending: false,
    quality: null,
    sinceMs: event.atMs,
  };
  return { ...state, leg, trouble: null };
}

function answered(state: PhoneState, event: Extract<PhoneEvent, { type: "beat_answered" }>): PhoneState {
  const { session, superseded, choiceId } = event;
  // An answer to an older choice says nothing about the present one.
  const current = choiceId === state.choice.id;
  const status = current && !superseded ? session.chosenStatus : state.choice.status;
  return {
    ...state,
    session,
    superseded,
    signedIn: true,
    missedBeats: 0,
    lapse: current && !superseded ? (lapseBetween(state.session, session) ?? state.lapse) : state.lapse,
    choice: status === state.choice.status ? state.choice : { ...state.choice, status },
  };
}

/** Another session than before, and nobody chose anything in between: the one before ended because it was silent. */
function lapseBetween(before: PresenceSession | null, after: PresenceSession): Lapse | null {
  if (before === null || before.sessionId === null || after.sessionId === null) return null;
  if (before.sessionId === after.sessionId || before.lastHeartbeat === null || after.loginAt === null) return null;
  return { from: before.lastHeartbeat, until: after.loginAt };
}

function withProblem(state: PhoneState, code: ProblemCode, present: boolean): PhoneState {
  if (state.deviceProblems.includes(code) === present) return state;
  const others = state.deviceProblems.filter((known) => known !== code);
  return { ...state, deviceProblems: present ? [...others, code] : others };
}

function nextTrouble(state: PhoneState, event: Extract<PhoneEvent, { type: "trouble" }>): Trouble {
  return {
    id: (state.trouble?.id ?? 0) + 1,
    message: event.message,
    remedy: event.remedy,
    hangUpAnyway: event.hangUpAnyway ?? false,
  };
}
