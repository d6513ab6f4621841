/** A TwiML document that a call is to run: fetched from a URL, or given in the request itself. */
export type DocumentRequest =
  | {
      kind: "fetch";
      url: string;
      method: "GET" | "POST";
      /** Parameters beside the standard ones of the call. */
      params: Record<string, string>;
      fallback?: { url: string; method: "GET" | "POST" };
    }
  | { kind: "inline"; twiml: string };

/** GET or POST, whatever the case; anything else is POST, as with Twilio's defaults. */
export function httpMethod(text: string | undefined): "GET" | "POST" {
  return text?.toUpperCase() === "GET" ? "GET" : "POST";
}

/** Where a document runs decides which verbs it may use. */
export type FlowMode = "call" | "queue-wait" | "conference-wait" | "announcement" | "callee";

/** How a run of documents ended. "stopped": the signal ended, because the call ended or was moved. */
export type FlowEnd =
  | { kind: "ended" }
  | { kind: "hangup" }
  | { kind: "leave" }
  | { kind: "reject"; reason: "busy" | "rejected" }
  | { kind: "failed"; message: string }
  | { kind: "stopped" };
