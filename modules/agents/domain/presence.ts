import type { DeviceFacts } from "./device-readiness";
import { judgeReadiness, type Readiness, type ReadinessLayers } from "./readiness";
import { chosenStatusOf, deriveStatus, type ChosenStatus, type DerivedStatus } from "./session-status";

/** What the database says about one agent's session, open or not. */
export interface PresenceFacts {
  sessionId: string | null;
  status: string | null;
  statusReason: string | null;
  /** null without a session. */
  beatAgeSeconds: number | null;
  deviceConnected: boolean;
  device: DeviceFacts | null;
  maxConcurrentCalls: number;
  missedRings: number;
  silentRings?: number | undefined;
  carrierErrors?: number | undefined;
  lateBeats?: number | undefined;
  heldCalls: readonly string[];
}

/** How often beats are due, and how many may be missing. */
export interface BeatRhythm {
  intervalSeconds: number;
  leaseBeats: number;
  /** Which evidence counts; all of it unless said otherwise. */
  layers?: ReadinessLayers | undefined;
}

export interface Presence {
  status: DerivedStatus;
  chosenStatus: ChosenStatus;
  readiness: Readiness;
}

/** Judges one agent's presence from the facts: pure, so that dispatch, the wallboard and the tests agree. */
export function judgePresence(facts: PresenceFacts, rhythm: BeatRhythm): Presence {
  const open = facts.sessionId !== null;
  const chosenStatus = open ? chosenStatusOf(facts.status ?? "offline") : "offline";
  return {
    chosenStatus,
    status: deriveStatus({ open, chosenStatus, heldCalls: facts.heldCalls }),
    readiness: judgeReadiness({
      sessionOpen: open,
      chosenStatus,
      statusReason: facts.statusReason,
      // Without a session there is no beat to be late: the missing session is the issue.
      beatAgeSeconds: facts.beatAgeSeconds ?? 0,
      intervalSeconds: rhythm.intervalSeconds,
      leaseBeats: rhythm.leaseBeats,
      deviceConnected: facts.deviceConnected,
      device: facts.device,
      callsHeld: facts.heldCalls.length,
      callsInWrapUp: facts.heldCalls.filter((state) => state === "wrap_up").length,
      maxConcurrentCalls: facts.maxConcurrentCalls,
      missedRings: facts.missedRings,
      silentRings: facts.silentRings,
      carrierErrors: facts.carrierErrors,
      lateBeats: facts.lateBeats,
      layers: rhythm.layers,
    }),
  };
}
