import type { z } from "zod";
import { pause } from "../cancellation";
import { clock } from "../clock";
import { inBackground } from "../engine/background";
import type { Call } from "../engine/call";
import type { Carrier } from "../engine/carrier";
import type { DocumentRunner } from "../engine/document-runner";
import { speakAs } from "../engine/far-voice";
import { receiveScriptedCall } from "../engine/receive-call";
import { callView } from "./call-view";
import { ControlError } from "./control-error";
import {
  aheadSchema,
  calleeSchema,
  digitsSchema,
  faultsSchema,
  newCallSchema,
  saySchema,
  undeliverableSchema,
} from "./schemas";

export interface ControlRequest {
  carrier: Carrier;
  runner: DocumentRunner;
  /** Cuts every open connection but the one asking. */
  cutConnections(): void;
  ids: readonly string[];
  query: URLSearchParams;
  body: unknown;
}

export interface ControlAnswer {
  status: number;
  body?: unknown;
}

export interface ControlRoute {
  method: "GET" | "POST" | "DELETE";
  pattern: RegExp;
  handler(request: ControlRequest): ControlAnswer | Promise<ControlAnswer>;
}

/** Between two keys of one request, and for each "w". */
const KEY_GAP_MS = 120;
const WAIT_MS = 500;

/** @throws ControlError 400 that says which field is wrong and why */
function parse<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(
    (issue) => `${issue.path.length > 0 ? issue.path.join(".") : "the body"}: ${issue.message}`,
  );
  throw new ControlError(400, lines.join("; "));
}

/** @throws ControlError 404 */
function findCall(request: ControlRequest): Call {
  const call = request.carrier.calls.find(request.ids[0] ?? "");
  if (!call) throw new ControlError(404, `There is no call ${request.ids[0] ?? ""}.`);
  return call;
}

function createCall(request: ControlRequest): ControlAnswer {
  const { from, to } = parse(newCallSchema, request.body);
  const numbers = request.carrier.account.phoneNumbers;
  const dialled = to ?? numbers[0] ?? "";
  if (!numbers.includes(dialled))
    throw new ControlError(404, `The account has no number ${dialled}; it has ${numbers.join(", ")}.`);
  const call = receiveScriptedCall(request, from, dialled);
  return { status: 201, body: { callSid: call.sid } };
}

function pressDigits(request: ControlRequest): ControlAnswer {
  const call = findCall(request);
  const { digits } = parse(digitsSchema, request.body);
  if (call.status !== "in-progress") throw new ControlError(409, `The call is ${call.status}: it hears no keys.`);
  void (async () => {
    for (const digit of digits) {
      if (digit === "w") await pause(WAIT_MS, call.alive);
      else if (!call.ended) call.audio.pressDigit(digit);
      if (digits.length > 1) await pause(KEY_GAP_MS, call.alive);
    }
  })();
  return { status: 202, body: { pressed: digits } };
}

function say(request: ControlRequest): ControlAnswer {
  const { carrier } = request;
  const call = findCall(request);
  const { text, language } = parse(saySchema, request.body);
  if (call.status !== "in-progress")
    throw new ControlError(409, `The call is ${call.status}: nobody hears what is said.`);
  if (!call.scripted) throw new ControlError(409, "Somebody is at that telephone, and speaks for themselves.");
  inBackground(carrier.log, "a caller's words", speakAs(carrier, call, text, language));
  return { status: 202, body: { said: text } };
}

function decide(decision: "answer" | "machine" | "decline" | "busy") {
  return (request: ControlRequest): ControlAnswer => {
    const call = findCall(request);
    if (!request.carrier.callees.order(call.sid, decision)) {
      throw new ControlError(409, `Call ${call.sid} does not ring at a scripted callee (it is ${call.status}).`);
    }
    return { status: 202, body: { ordered: decision } };
  };
}

function addFaults(request: ControlRequest): ControlAnswer {
  const { carrier } = request;
  const wanted = parse(faultsSchema, request.body);
  if (wanted.clear) {
    carrier.faults.clear();
    carrier.budget.setCallsPerSecond(carrier.config.callsPerSecond);
  }
  carrier.faults.add({ webhooks: wanted.webhooks ?? [], rest: wanted.rest ?? [] });
  if (wanted.callsPerSecond !== undefined) carrier.budget.setCallsPerSecond(wanted.callsPerSecond);
  if (wanted.restart) request.cutConnections();
  return { status: 200, body: faultView(carrier) };
}

function faultView(carrier: Carrier) {
  return { ...carrier.faults.pending(), callsPerSecond: carrier.budget.callsPerSecond };
}

async function goAhead(request: ControlRequest): Promise<ControlAnswer> {
  await clock.goAhead(parse(aheadSchema, request.body).seconds * 1_000);
  return { status: 200, body: clockView() };
}

const clockView = () => ({ now: clock.date().toISOString(), ahead_seconds: clock.ahead / 1_000 });

function readLog(request: ControlRequest): ControlAnswer {
  const { query, carrier } = request;
  const after = Number(query.get("after") ?? "0");
  if (!Number.isInteger(after) || after < 0) throw new ControlError(400, "after: must be a whole number");
  const callSid = query.get("call_sid");
  const kind = query.get("kind");
  const entries = carrier.journal
    .since(after)
    .filter((entry) => (callSid === null || entry.call_sid === callSid) && (kind === null || entry.kind === kind));
  return { status: 200, body: { entries } };
}

function reset(request: ControlRequest): ControlAnswer {
  const { carrier } = request;
  for (const call of carrier.calls.live()) call.hangUp("reset");
  carrier.faults.clear();
  carrier.budget.setCallsPerSecond(carrier.config.callsPerSecond);
  carrier.callees.reset({ behaviour: carrier.config.callee, delayMs: carrier.config.calleeDelayMs });
  carrier.calls.clear();
  carrier.queues.clear();
  carrier.conferences.clear();
  carrier.recordings.clear();
  carrier.messages.clear();
  carrier.mails.clear();
  carrier.journal.clear();
  return { status: 200, body: { reset: true } };
}

export const CONTROL_ROUTES: readonly ControlRoute[] = [
  { method: "GET", pattern: /^\/health$/, handler: health },
  { method: "POST", pattern: /^\/calls$/, handler: createCall },
  {
    method: "GET",
    pattern: /^\/calls$/,
    handler: (request) => {
      const live = request.query.get("live") === "true";
      const calls = live ? request.carrier.calls.live() : request.carrier.calls.list().slice(0, 1_000);
      return { status: 200, body: { calls: calls.map(callView) } };
    },
  },
  {
    method: "GET",
    pattern: /^\/calls\/(\w+)$/,
    handler: (request) => ({ status: 200, body: callView(findCall(request)) }),
  },
  {
    method: "DELETE",
    pattern: /^\/calls\/(\w+)$/,
    handler: (request) => {
      const call = findCall(request);
      call.hangUp("the caller hung up");
      return { status: 200, body: callView(call) };
    },
  },
  { method: "POST", pattern: /^\/calls\/(\w+)\/digits$/, handler: pressDigits },
  { method: "POST", pattern: /^\/calls\/(\w+)\/say$/, handler: say },
  { method: "POST", pattern: /^\/calls\/(\w+)\/answer$/, handler: decide("answer") },
  { method: "POST", pattern: /^\/calls\/(\w+)\/machine$/, handler: decide("machine") },
  { method: "POST", pattern: /^\/calls\/(\w+)\/decline$/, handler: decide("decline") },
  {
    method: "POST",
    pattern: /^\/callees$/,
    handler: (request) => {
      const { number, ...script } = parse(calleeSchema, request.body);
      request.carrier.callees.script(number, script);
      return { status: 200, body: { number: number ?? "everyone", ...script } };
    },
  },
  {
    method: "GET",
    pattern: /^\/messages$/,
    handler: ({ carrier }) => ({
      status: 200,
      body: { messages: carrier.messages.list() },
    }),
  },
  { method: "GET", pattern: /^\/mails$/, handler: listMails },
  {
    method: "POST",
    pattern: /^\/messages\/undeliverable$/,
    handler: ({ carrier, body }) => {
      const { numbers } = parse(undeliverableSchema, body);
      carrier.messages.setUndeliverable(numbers);
      return { status: 200, body: { numbers } };
    },
  },
  { method: "POST", pattern: /^\/clock$/, handler: goAhead },
  { method: "GET", pattern: /^\/clock$/, handler: () => ({ status: 200, body: clockView() }) },
  { method: "POST", pattern: /^\/faults$/, handler: addFaults },
  { method: "GET", pattern: /^\/faults$/, handler: (request) => ({ status: 200, body: faultView(request.carrier) }) },
  { method: "GET", pattern: /^\/log$/, handler: readLog },
  { method: "POST", pattern: /^\/reset$/, handler: reset },
];

/** What has arrived; how a mail looks is asked for by its id. */
function listMails({ carrier }: ControlRequest): ControlAnswer {
  return { status: 200, body: { mails: carrier.mails.list().map(({ html: _drawn, ...mail }) => mail) } };
}

function health(request: ControlRequest): ControlAnswer {
  const { carrier } = request;
  return {
    status: 200,
    body: {
      status: "ok",
      liveCalls: carrier.calls.live().length,
      registered: carrier.signalling.registeredIdentities(),
      numbers: carrier.account.phoneNumbers,
    },
  };
}
