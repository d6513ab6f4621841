import { clock } from "../clock";
import type { Call, StatusCallback } from "./call";
import type { Carrier } from "./carrier";
import type { DocumentRunner } from "./document-runner";
import type { DocumentRequest } from "./documents";
import { detect, greet, reportDetection, type MachineDetection } from "./answering-machine";
import { inBackground } from "./background";
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
  detection: MachineDetection | null;
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
    call.queueTimeMs = clock.now() - call.createdAt.getTime();
    call.advance("initiated");
    const options = { timeoutMs: outgoing.timeoutSeconds * 1_000, params: {} };
    if (!(await ringCall(carrier, call, options, call.alive))) return;
    const document = await answeredDocument(carrier, call, outgoing);
    if (document) await runCall(parts, call, document, outgoing.timeLimitSeconds);
  };
  dial().catch((error: unknown) => {
    carrier.log.error({ err: error, callSid: call.sid }, "an outgoing call failed");
    call.end("failed", "carrier error");
  });
  return call;
}

/** What an answered call runs, once it is known who answered where that is waited for; null when it ended meanwhile. */
async function answeredDocument(carrier: Carrier, call: Call, outgoing: OutgoingCall): Promise<DocumentRequest | null> {
  const { document, detection } = outgoing;
  const greeted = call.greeting === null ? Promise.resolve() : greet(carrier, call, call.greeting);
  inBackground(carrier.log, "a machine's greeting", greeted);
  if (detection === null) return document;
  const finding = detect(call, detection, greeted);
  if (detection.background === null) {
    const found = await finding;
    if (found === "stopped") return null;
    const params = { AnsweredBy: found.answeredBy, MachineDetectionDuration: String(found.ms) };
    return document.kind === "fetch" ? { ...document, params: { ...document.params, ...params } } : document;
  }
  const { url, method } = detection.background;
  const told = finding.then((found) => {
    if (found !== "stopped" && url !== null) reportDetection(carrier, call, { url, method }, found);
  });
  inBackground(carrier.log, "answering machine detection", told);
  return document;
}
