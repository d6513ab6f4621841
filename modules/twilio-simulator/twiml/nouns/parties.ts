import { linkedController } from "../../cancellation";
import type { Call, StatusCallback } from "../../engine/call";
import { httpMethod, type DocumentRequest } from "../../engine/documents";
import { newCall } from "../../engine/new-call";
import { ringCall } from "../../engine/ring";
import { playSource } from "../../engine/sounds";
import { reportCallStatus } from "../../engine/status-callbacks";
import { absoluteUrl, attributesOf, type Execution } from "../execution";
import type { TwimlElement } from "../parse";
import { bridgeCalls } from "./bridge";
import type { DialResult } from "./dial-result";

const MOST_PARTIES = 10;

interface Party {
  to: string;
  params: Record<string, string>;
  statusCallback: StatusCallback | null;
  /** What the callee hears before being connected. */
  whisper: DocumentRequest | null;
}

/** The people that a Dial names: Client and Number nouns, or a number as its own text. */
export function readParties(run: Execution, dial: TwimlElement): Party[] {
  const nouns = dial.children.filter((child) => child.name === "Client" || child.name === "Number");
  if (nouns.length > MOST_PARTIES) {
    run.carrier.journal.warn(13_225, `Dial: at most ${MOST_PARTIES} at once; the rest are not rung`, run.call.sid);
  }
  const parties = nouns.slice(0, MOST_PARTIES).map((noun) => readNoun(run, noun));
  if (parties.length > 0 || dial.text === "") return parties;
  return [{ to: dial.text, params: {}, statusCallback: null, whisper: null }];
}

function readNoun(run: Execution, noun: TwimlElement): Party {
  const { attributes } = noun;
  const identity = noun.children.find((child) => child.name === "Identity")?.text ?? attributes.identity ?? noun.text;
  const params = Object.fromEntries(
    noun.children
      .filter((child) => child.name === "Parameter")
      .map((child) => [child.attributes.name ?? "", child.attributes.value ?? ""]),
  );
  return {
    to: noun.name === "Client" ? `client:${identity}` : noun.text,
    params,
    statusCallback:
      attributes.statusCallback === undefined
        ? null
        : {
            url: absoluteUrl(run, attributes.statusCallback),
            method: httpMethod(attributes.statusCallbackMethod),
            events: new Set((attributes.statusCallbackEvent ?? "completed").split(/\s+/)),
          },
    whisper:
      attributes.url === undefined
        ? null
        : { kind: "fetch", url: absoluteUrl(run, attributes.url), method: httpMethod(attributes.method), params: {} },
  };
}

/** Rings everybody at once; the first to answer is connected, the others stop ringing. */
export async function dialParties(run: Execution, dial: TwimlElement, parties: readonly Party[]): Promise<DialResult> {
  if (parties.length === 0) {
    run.carrier.journal.warn(13_222, "Dial: there is nobody to dial", run.call.sid);
    return { status: "failed", bridged: false };
  }
  const attributes = attributesOf(run, dial);
  const callerId = attributes.text("callerId") ?? run.call.from;
  const timeoutMs = attributes.count("timeout", 30, 1, 600) * 1_000;
  const legs = parties.map((party) => ({ party, call: startLeg(run, party, callerId) }));
  const answered = await firstAnswer(run, legs, timeoutMs);
  if (!answered) {
    const last = legs[0]?.call;
    const status = run.signal.aborted || !last?.ended ? "canceled" : (last.status as DialResult["status"]);
    return { status, bridged: false, ...(last ? { callSid: last.sid } : {}) };
  }
  const timeLimit = attributes.count("timeLimit", 14_400, 1, 86_400);
  const bridged = await bridgeCalls(run, dial, answered.call, answered.party.whisper, timeLimit);
  return {
    status: bridged ? "completed" : "no-answer",
    bridged,
    callSid: answered.call.sid,
    durationSeconds: answered.call.durationSeconds(),
  };
}

function startLeg(run: Execution, party: Party, callerId: string): Call {
  const call = newCall(run.carrier, {
    direction: "outbound-dial",
    from: callerId,
    to: party.to,
    parentSid: run.call.sid,
    status: "initiated",
    statusCallback: party.statusCallback,
  });
  reportCallStatus(run.carrier, call);
  return call;
}

async function firstAnswer(
  run: Execution,
  legs: readonly { party: Party; call: Call }[],
  timeoutMs: number,
): Promise<{ party: Party; call: Call } | null> {
  const ringing = linkedController(run.signal);
  let winner: { party: Party; call: Call } | null = null;
  const tone = linkedController(ringing.signal);
  const ringback = playRingback(run, tone.signal);
  try {
    await Promise.all(
      legs.map(async (leg) => {
        if (!(await rings(run, leg, timeoutMs, ringing.signal))) return;
        if (winner || run.signal.aborted) {
          leg.call.hangUp("somebody else was first");
          return;
        }
        winner = leg;
        ringing.abort();
      }),
    );
    return winner;
  } finally {
    ringing.abort();
    ringing.release();
    tone.release();
    await ringback;
  }
}

async function rings(
  run: Execution,
  leg: { party: Party; call: Call },
  timeoutMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    return await ringCall(run.carrier, leg.call, { timeoutMs, params: leg.party.params }, signal);
  } catch (error) {
    run.carrier.log.error({ err: error, callSid: leg.call.sid }, "a leg could not be rung");
    leg.call.end("failed", "carrier error");
    return false;
  }
}

async function playRingback(run: Execution, signal: AbortSignal): Promise<void> {
  // A call that is not answered yet hears its own network's ringing.
  if (run.call.status !== "in-progress" || signal.aborted) return;
  run.call.hears("ringback");
  await playSource(run.carrier, run.call, run.carrier.media.ringback(), signal);
}
