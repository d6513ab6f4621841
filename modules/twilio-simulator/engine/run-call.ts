import { clock } from "../clock";
import type { Call } from "./call";
import type { Carrier } from "./carrier";
import type { DocumentRunner } from "./document-runner";
import type { DocumentRequest, FlowEnd } from "./documents";
import { playSource } from "./sounds";

/** Twilio ends every call after four hours. */
export const MOST_CALL_SECONDS = 14_400;
/** Moves of one call: bounded so that a product that moves calls in a circle is noticed. */
const MOST_MOVES = 10_000;
const APOLOGY = "We are sorry, an application error has occurred. Goodbye.";

/**
 * Runs a call's documents to the end of the call: the first one, and every one that it is moved to meanwhile. When
 * nothing is left to run, the call is hung up. Never rejects.
 */
export async function runCall(
  parts: { carrier: Carrier; runner: DocumentRunner },
  call: Call,
  first: DocumentRequest,
  timeLimitSeconds = MOST_CALL_SECONDS,
): Promise<void> {
  const limitMs = Math.min(timeLimitSeconds, MOST_CALL_SECONDS) * 1_000;
  const limit = clock.after(limitMs, () => call.hangUp("time limit"));
  try {
    let request: DocumentRequest | null = first;
    for (let move = 0; move < MOST_MOVES && request && !call.ended; move += 1) {
      const session = call.beginSession();
      const end = await parts.runner.run(call, request, "call", session.signal);
      request = call.takeMove();
      if (!request) await conclude(parts.carrier, call, end, session.signal);
      // The apology may have been cut short by a move.
      request ??= call.takeMove();
    }
    call.hangUp("nothing left to do");
  } catch (error) {
    parts.carrier.log.error({ err: error, callSid: call.sid }, "a call failed");
    call.end("failed", "carrier error");
  } finally {
    limit.cancel();
  }
}

async function conclude(carrier: Carrier, call: Call, end: FlowEnd, signal: AbortSignal): Promise<void> {
  if (call.ended) return;
  switch (end.kind) {
    case "reject":
      call.end(end.reason === "busy" ? "busy" : "no-answer", "rejected");
      return;
    case "hangup":
      call.hangUp("hung up by the document");
      return;
    case "failed":
      await apologise(carrier, call, signal);
      if (!call.moved) call.hangUp(`application error: ${end.message}`);
      return;
    case "ended":
    case "leave":
      call.hangUp("the document ended");
      return;
    case "stopped":
  }
}

/** What callers hear when a document cannot be had and the fallback did not help either. */
async function apologise(carrier: Carrier, call: Call, signal: AbortSignal): Promise<void> {
  if (call.status !== "in-progress") call.advance("in-progress");
  call.hears(`say: ${APOLOGY}`);
  try {
    const source = await carrier.media.speak(APOLOGY, { language: "en-US" });
    await playSource(carrier, call, source, signal);
  } catch (error) {
    carrier.log.error({ err: error, callSid: call.sid }, "the apology could not be spoken");
  }
}
