import type { Call, StatusCallback } from "./call";
import type { Carrier } from "./carrier";
import type { DocumentRunner } from "./document-runner";
import type { DocumentRequest } from "./documents";
import { newCall } from "./new-call";
import { ringCall } from "./ring";
import { runCall } from "./run-call";

export interface OutgoingCall {
  to: string;
  from: string;
  /** What the call runs once it is answered. */
  document: DocumentRequest;
  /** Seconds of ringing. */
  timeoutSeconds: number;
  timeLimitSeconds: number;
  statusCallback: StatusCallback | null;
}

/** Makes a call as the REST API does: queued at once, dialled when the budget allows, in the background. */
export function placeCall(parts: { carrier: Carrier; runner: DocumentRunner }, outgoing: OutgoingCall): Call {
  const { carrier } = parts;
  const call = newCall(carrier, {
    direction: "outbound-api",
    from: outgoing.from,
    to: outgoing.to,
    parentSid: null,
    status: "queued",
    statusCallback: outgoing.statusCallback,
  });
  const dial = async (): Promise<void> => {
    if ((await carrier.budget.take(call.alive)) === "stopped") return;
    call.queueTimeMs = Date.now() - call.createdAt.getTime();
    call.advance("initiated");
    const options = { timeoutMs: outgoing.timeoutSeconds * 1_000, params: {} };
    if (await ringCall(carrier, call, options, call.alive)) {
      await runCall(parts, call, outgoing.document, outgoing.timeLimitSeconds);
    }
  };
  dial().catch((error: unknown) => {
    carrier.log.error({ err: error, callSid: call.sid }, "an outgoing call failed");
    call.end("failed", "carrier error");
  });
  return call;
}
