/** How a Dial ended, as its action hears it. */
export interface DialResult {
  status: "completed" | "answered" | "busy" | "no-answer" | "failed" | "canceled";
  bridged: boolean;
  callSid?: string;
  /** Seconds since the other side answered. */
  durationSeconds?: number;
  extra?: Record<string, string>;
}
