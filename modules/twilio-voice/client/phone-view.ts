import type { CurrentCall } from "@/modules/call-queue/schemas";
import type { PhoneCommand } from "./phone-commands";
import type { Leg, PhoneState } from "./phone-state";

/** What the dock shows, in one word. */
export type Phase =
  | "signed_out"
  | "elsewhere"
  | "starting"
  | "ready"
  | "not_ready"
  | "break"
  | "away"
  | "ringing"
  | "connecting"
  | "in_call"
  | "wrap_up";

/** The server's list of calls this agent holds, and when it answered. */
export interface ServerCalls {
  calls: readonly CurrentCall[];
  /** Server's clock, milliseconds; 0 before the first answer. */
  fetchedAtMs: number;
}

export interface PhoneView {
  phase: Phase;
  call: CurrentCall | null;
  leg: Leg | null;
  /** The browser's leg rings and the server still offers the call, or the call waits for this phone to dial in. */
  canAccept: boolean;
  /** What accepting is: answering the leg that rings, or dialling in where none does. */
  acceptance: PhoneCommand;
  /** A conversation according to the server, with no sound in this browser. */
  soundLost: boolean;
}

/** Time for the server to hear from the carrier what this browser already knows. */
const PATIENCE_MS = 4_000;

/**
 * Derives what is shown from the phone and the server's calls. Nothing of it is stored, so nothing can stick: when the
 * server no longer lists a call, or the leg is gone, the next derivation says so.
 */
export function viewPhone(state: PhoneState, server: ServerCalls, nowMs: number): PhoneView {
  const call = callOf(state, server);
  const leg = isStale(state.leg, server) ? null : state.leg;
  const phase = phaseOf(state, call, leg);
  const answers = leg?.phase === "ringing" && (call === null || call.state === "offered");
  const dialled = leg === null && call !== null && state.device === "registered" ? dialIn(call) : undefined;
  return {
    phase,
    call,
    leg,
    canAccept: answers || dialled !== undefined,
    acceptance: dialled ?? { type: "accept" },
    soundLost:
      call?.state === "in_conversation" &&
      leg === null &&
      nowMs - (state.legEndedAtMs ?? 0) > PATIENCE_MS &&
      !isYoung(call),
  };
}

/** The call the leg belongs to, or the one that most wants attention: a ring before a conversation before wrap-up. */
function callOf(state: PhoneState, server: ServerCalls): CurrentCall | null {
  const named = server.calls.find((call) => call.callId === state.leg?.callId);
  if (named !== undefined) return named;
  const order: readonly CurrentCall["state"][] = ["offered", "connecting", "in_conversation", "wrap_up"];
  return [...server.calls].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state))[0] ?? null;
}

/** The way in to an offered call for which no phone is rung; undefined for every other call. */
function dialIn({ callId, offerId, from, dialIn }: CurrentCall): PhoneCommand | undefined {
  return dialIn && offerId !== null ? { type: "dial", callId, offerId, to: from } : undefined;
}

/** The leg rings although the server, asked since, no longer offers its call: it will stop in a moment. */
function isStale(leg: Leg | null, server: ServerCalls): boolean {
  if (leg === null || leg.phase !== "ringing" || leg.callId === null) return false;
  const askedSince = server.fetchedAtMs > leg.sinceMs + 1_000;
  return askedSince && !server.calls.some((call) => call.callId === leg.callId);
}

/** Connected a moment ago by the server's clock: the browser's leg may not have said so yet. */
function isYoung(call: CurrentCall): boolean {
  if (call.connectedAt === null) return true;
  return Date.parse(call.serverTime) - Date.parse(call.connectedAt) < PATIENCE_MS;
}

function phaseOf(state: PhoneState, call: CurrentCall | null, leg: Leg | null): Phase {
  if (leg?.phase === "open" || leg?.phase === "reconnecting") {
    if (call?.state === "wrap_up") return "wrap_up";
    // The phone is through, the caller is still being brought: ending it now would end nothing but this leg.
    return call?.state === "offered" || call?.state === "connecting" ? "connecting" : "in_call";
  }
  if (leg?.phase === "connecting") return "connecting";
  if (leg?.phase === "ringing") return "ringing";
  switch (call?.state) {
    case "offered":
      return "ringing";
    case "connecting":
      return "connecting";
    case "in_conversation":
      return "in_call";
    case "wrap_up":
      return "wrap_up";
    case undefined:
      return idlePhase(state);
  }
}

function idlePhase(state: PhoneState): Phase {
  if (state.superseded) return "elsewhere";
  if (!state.signedIn) return "signed_out";
  switch (state.choice.status) {
    case "offline":
      return "signed_out";
    case "break":
    case "away":
      return state.choice.status;
    case "available":
      if (state.device === "starting" && state.deviceProblems.length === 0) return "starting";
      return state.device === "registered" && state.session?.readiness.ready === true && state.missedBeats < 2
        ? "ready"
        : "not_ready";
  }
}
