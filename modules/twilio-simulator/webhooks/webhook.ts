/** A request that the carrier makes to the product. */
export interface Webhook {
  /** What it is for, as the log shows it. */
  purpose:
    | "twiml"
    | "call-status"
    | "message-status"
    | "conference"
    | "recording"
    | "transcription"
    | "amd"
    | "queue-action"
    | "dial-action";
  /** The event in it (initiated, participant-join, ...), for fault patterns. */
  event?: string;
  url: string;
  method: "GET" | "POST";
  params: Record<string, string>;
  callSid?: string;
}

export type WebhookResult =
  | { kind: "answered"; status: number; contentType: string; body: string; url: string }
  | { kind: "failed"; failure: "ct" | "rt" | "too-large"; message: string }
  /** The call ended or moved on while the request ran. */
  | { kind: "stopped" };
