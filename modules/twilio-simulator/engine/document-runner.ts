import type { Call } from "./call";
import type { DocumentRequest, FlowEnd, FlowMode } from "./documents";

/** Runs documents on a call, following redirects and actions, until nothing is left to do. Never rejects. */
export interface DocumentRunner {
  run(call: Call, request: DocumentRequest, mode: FlowMode, signal: AbortSignal): Promise<FlowEnd>;
}
