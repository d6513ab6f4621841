/** Who is in a conversation besides the caller and its owner, and what for. */
export type ParticipantRole = "transfer" | "consult" | "member" | "monitor" | "whisper" | "barge";

export const SUPERVISOR_MODES = ["monitor", "whisper", "barge"] as const;
/** Listening alone, heard by the agent alone, heard by everybody. */
export type SupervisorMode = (typeof SUPERVISOR_MODES)[number];

export type ParticipantEnd =
  /** Rang and did not come: declined, not answered in time, not reached. */
  | "declined"
  | "no_answer"
  | "failed"
  /** Went by themselves, or were let go by the owner. */
  | "left"
  | "dropped"
  /** Owns the call now. */
  | "took_over"
  | "call_over";

export function isSupervisor(role: ParticipantRole): boolean {
  return (SUPERVISOR_MODES as readonly ParticipantRole[]).includes(role);
}

/** How a participant's leg stands in the conference. */
export interface Seat {
  muted: boolean;
  /** Heard by the owner's leg alone. */
  coaches: boolean;
}

export function seatOf(role: ParticipantRole): Seat {
  return { muted: role === "monitor", coaches: role === "whisper" };
}
