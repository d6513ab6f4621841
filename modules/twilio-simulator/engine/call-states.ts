/** Twilio's call states. "initiated" is never shown by REST (it says "queued" or "ringing") but is posted to callbacks. */
export type CallStatus =
  "queued" | "initiated" | "ringing" | "in-progress" | "completed" | "busy" | "no-answer" | "failed" | "canceled";

export type FinalStatus = "completed" | "busy" | "no-answer" | "failed" | "canceled";

const NEXT: Record<CallStatus, readonly CallStatus[]> = {
  queued: ["initiated", "canceled", "failed"],
  initiated: ["ringing", "in-progress", "busy", "no-answer", "failed", "canceled"],
  ringing: ["in-progress", "completed", "busy", "no-answer", "failed", "canceled"],
  "in-progress": ["completed", "failed"],
  completed: [],
  busy: [],
  "no-answer": [],
  failed: [],
  canceled: [],
};

/** Whether a call may go from one state to the other. */
export function mayBecome(from: CallStatus, to: CallStatus): boolean {
  return NEXT[from].includes(to);
}

export function isFinal(status: CallStatus): status is FinalStatus {
  return NEXT[status].length === 0;
}

/** The state as REST shows it. */
export function publicStatus(status: CallStatus): Exclude<CallStatus, "initiated"> {
  return status === "initiated" ? "ringing" : status;
}
