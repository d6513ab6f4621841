import { orAborted, pause } from "../cancellation";
import type { Call } from "./call";
import type { Carrier } from "./carrier";
import type { CalleeDecision } from "./scripted-callees";

export interface RingOptions {
  timeoutMs: number;
  /** Custom parameters for a browser. */
  params: Record<string, string>;
}

/** Whom a call goes to, from its "To": client:IDENTITY (with parameters after "?"), or a telephone number. */
export function clientAddress(to: string): { identity: string; params: Record<string, string> } | null {
  if (!to.startsWith("client:")) return null;
  const [identity = "", query = ""] = to.slice("client:".length).split("?", 2);
  return { identity, params: Object.fromEntries(new URLSearchParams(query)) };
}

/**
 * Rings the far end of an outgoing leg until it answers, declines, or the time is up. Afterwards the call is either in
 * progress (true) or ended (false). The signal ends the ringing as canceled.
 */
export async function ringCall(
  carrier: Carrier,
  call: Call,
  options: RingOptions,
  signal: AbortSignal,
): Promise<boolean> {
  const client = clientAddress(call.to);
  const number = carrier.signalling.registeredIdentities().includes(call.to);
  if (client)
    await ringBrowser(
      carrier,
      call,
      client.identity,
      { ...options, params: { ...client.params, ...options.params } },
      signal,
    );
  else if (number) await ringBrowser(carrier, call, call.to, options, signal);
  else await ringScripted(carrier, call, options, signal);
  return !call.ended;
}

async function ringBrowser(
  carrier: Carrier,
  call: Call,
  identity: string,
  options: RingOptions,
  signal: AbortSignal,
): Promise<void> {
  const invite = { callSid: call.sid, from: call.from, to: call.to, params: options.params };
  const ringing = carrier.signalling.ring(identity, invite);
  call.farEnd = { answered: () => undefined, hangUp: () => ringing.cancel() };
  if (carrier.signalling.registeredIdentities().includes(identity)) call.advance("ringing");
  const late = new AbortController();
  const timeUp = pause(options.timeoutMs, late.signal).then(() => ({ kind: "timeout" as const }));
  try {
    const outcome = await orAborted(Promise.race([ringing.outcome, timeUp]), signal);
    if (outcome === "stopped" || call.ended) {
      call.end("canceled", "the caller stopped ringing");
    } else if (outcome.kind === "answered") {
      call.audio.attach(outcome.endpoint);
      ringing.onHangup(() => call.hangUp("the browser hung up"));
      call.farEnd = { answered: () => undefined, hangUp: () => ringing.hangup() };
      call.advance("in-progress");
    } else if (outcome.kind === "rejected") {
      call.end("busy", "declined");
    } else if (outcome.kind === "failed") {
      call.end("failed", outcome.reason);
    } else {
      call.end("no-answer", outcome.kind === "timeout" ? "nobody answered in time" : "nobody is registered");
    }
  } finally {
    late.abort();
  }
}

/** What a simulated machine says before its tone. */
const GREETING = "Nobody can come to the telephone. Please leave a message after the tone.";

const ENDINGS: Record<
  Exclude<CalleeDecision, "answer" | "machine">,
  { status: "busy" | "no-answer"; reason: string }
> = {
  busy: { status: "busy", reason: "busy" },
  decline: { status: "busy", reason: "declined" },
};

async function ringScripted(carrier: Carrier, call: Call, options: RingOptions, signal: AbortSignal): Promise<void> {
  call.advance("ringing");
  const orders = carrier.callees.listen(call.sid);
  const over = new AbortController();
  const script = carrier.callees.scriptFor(call.to);
  const byItself: Promise<CalleeDecision> = new Promise((resolve) => {
    const { behaviour } = script;
    if (behaviour === "manual" || behaviour === "no-answer") return;
    void pause(script.delayMs, over.signal).then(() => resolve(behaviour));
  });
  const timeUp = pause(options.timeoutMs, over.signal).then(() => "timeout" as const);
  try {
    const decision = await orAborted(Promise.race([orders.decision, byItself, timeUp]), signal);
    if (decision === "stopped" || call.ended) call.end("canceled", "the caller stopped ringing");
    else if (decision === "timeout") call.end("no-answer", "nobody answered in time");
    else if (decision === "answer" || decision === "machine") {
      if (decision === "machine") call.greeting = GREETING;
      call.advance("in-progress");
    } else call.end(ENDINGS[decision].status, ENDINGS[decision].reason);
  } finally {
    over.abort();
    orders.stop();
  }
}
