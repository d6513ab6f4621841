/** planned: the carrier was asked to record; absent: it recorded nothing. */
export const RECORDING_STATUSES = ["planned", "recording", "paused", "completed", "absent"] as const;
export type RecordingStatus = (typeof RECORDING_STATUSES)[number];

/** What an agent sees of the recording of a conversation: what is, or what was asked for and is not confirmed yet. */
export const RECORDING_STATES = ["on", "pausing", "paused", "resuming"] as const;
export type RecordingState = (typeof RECORDING_STATES)[number];

/** How far the writing down of a message has come, where it is wanted. */
export const TRANSCRIPTION_STATUSES = ["requested", "completed", "failed"] as const;
export type TranscriptionStatus = (typeof TRANSCRIPTION_STATUSES)[number];

export const isOver = (status: RecordingStatus): boolean => status === "completed" || status === "absent";

/** The state to show; undefined once it is over. Paused is said only when the carrier has confirmed it. */
export function recordingState(recording: {
  status: RecordingStatus;
  pausedByAgent: boolean;
}): RecordingState | undefined {
  if (isOver(recording.status)) return undefined;
  const paused = recording.status === "paused";
  if (paused === recording.pausedByAgent) return paused ? "paused" : "on";
  return recording.pausedByAgent ? "pausing" : "resuming";
}

/** What the carrier says of a recording. */
export interface CarrierRecording {
  recordingSid: string;
  conferenceSid: string | null;
  status: "in-progress" | "paused" | "completed" | "absent";
  /** Null while it goes on. */
  durationSeconds: number | null;
}
