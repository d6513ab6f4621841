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
  | "audio_blocked"
  | "speaker_missing"
  | "mic_silent"
  | "preflight_failed";

/** A call's quality as the SDK measures it; the mean of the last seconds. */
export interface Quality {
  /** Mean opinion score, 1 (unusable) to about 4.5. */
  mos: number | null;
  rttMs: number | null;
  jitterMs: number | null;
  lossPercent: number | null;
}
