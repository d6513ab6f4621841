import { clock } from "../clock";
import { pause } from "../cancellation";
import type { Call } from "./call";
import type { Carrier } from "./carrier";
import type { DocumentRunner } from "./document-runner";
import type { DocumentRequest, FlowEnd, FlowMode } from "./documents";
import { playMusic } from "./sounds";

/** A wait document is asked for again when it ends; one that takes no time is asked for once in this many milliseconds. */
const LEAST_ROUND_MS = 1_000;
/** Twilio ends a call after four hours; at one round a second that is more than it can need. */
const MOST_ROUNDS = 15_000;

/**
 * Runs a wait document again and again until it decides something (Leave, Hangup), fails, or the signal ends.
 * Without a document there is hold music.
 */
export async function loopDocument(
  parts: { carrier: Carrier; runner: DocumentRunner },
  call: Call,
  wait: { request: () => DocumentRequest | null; mode: FlowMode },
  signal: AbortSignal,
): Promise<FlowEnd> {
  for (let round = 0; round < MOST_ROUNDS && !signal.aborted; round += 1) {
    const request = wait.request();
    if (request === null) {
      await playMusic(parts.carrier, call, signal);
      break;
    }
    const started = clock.now();
    const end = await parts.runner.run(call, request, wait.mode, signal);
    if (end.kind !== "ended") return end;
    const left = LEAST_ROUND_MS - (clock.now() - started);
    if (left > 0) await pause(left, signal);
  }
  return { kind: "stopped" };
}
