import type { MachineDetection } from "../engine/answering-machine";
import type { Call, StatusCallback } from "../engine/call";
import { publicStatus } from "../engine/call-states";
import { httpMethod } from "../engine/documents";
import { placeCall } from "../engine/place-call";
import { MOST_CALL_SECONDS } from "../engine/run-call";
import { callResource } from "./call-resource";
import { documentFields, field, flagField, numberField, urlField, wordsField } from "./form";
import { listAnswer } from "./pages";
import { notFound, RestError } from "./rest-error";
import { pathId, type RestAnswer, type RestHandler, type RestRequest } from "./rest-request";

const EVENTS = ["initiated", "ringing", "answered", "completed"];

/** @throws RestError 20404 */
export function findCall(request: RestRequest, sid: string): Call {
  const call = request.carrier.calls.find(sid);
  if (!call) throw notFound(`/2010-04-01/Accounts/${request.carrier.account.accountSid}/Calls/${sid}.json`);
  return call;
}

export const createCall: RestHandler = (request) => {
  const { form, carrier } = request;
  const to = field(form, "To");
  const from = field(form, "From");
  if (to === undefined) throw new RestError(400, 21_201, "No 'To' number is specified");
  if (from === undefined) throw new RestError(400, 21_213, "No 'From' number is specified");
  checkAddresses(request, to, from);
  const document = documentFields(form);
  if (!document && field(form, "ApplicationSid") === undefined)
    throw new RestError(400, 21_205, "Url parameter is required.");
  const call = placeCall(request, {
    to,
    from,
    document: document ?? { kind: "fetch", url: carrier.config.applicationVoiceUrl, method: "POST", params: {} },
    timeoutSeconds: numberField(form, "Timeout", 1, 600) ?? 60,
    timeLimitSeconds: numberField(form, "TimeLimit", 1, 86_400) ?? MOST_CALL_SECONDS,
    statusCallback: statusCallbackFields(form),
    detection: machineDetectionFields(form),
  });
  return { status: 201, body: callResource(carrier, call) };
};

/** @throws RestError 20001 for a mode that there is none of */
function machineDetectionFields(form: URLSearchParams): MachineDetection | null {
  const mode = field(form, "MachineDetection");
  if (mode === undefined) return null;
  if (mode !== "Enable" && mode !== "DetectMessageEnd") {
    throw new RestError(400, 20_001, `Invalid MachineDetection: ${mode}`);
  }
  if (flagField(form, "AsyncAmd") !== true) return { mode, background: null };
  const url = urlField(form, "AsyncAmdStatusCallback", 21_609) ?? null;
  return { mode, background: { url, method: httpMethod(field(form, "AsyncAmdStatusCallbackMethod")) } };
}

/** @throws RestError 21211 (To) or 21212 / 21210 (From) */
export function checkAddresses(request: RestRequest, to: string, from: string): void {
  const isClient = /^client:[A-Za-z0-9_]{1,121}(\?.*)?$/.test(to);
  if (!isClient && !/^\+[1-9]\d{6,14}$/.test(to)) throw new RestError(400, 21_211, `Invalid 'To' Phone Number: ${to}`);
  if (from.startsWith("client:") && isClient) return;
  if (!/^\+[1-9]\d{6,14}$/.test(from) && !isClient) throw new RestError(400, 21_212, `Invalid 'From' Number: ${from}`);
  if (isClient) return;
  if (!request.carrier.account.phoneNumbers.includes(from)) {
    throw new RestError(
      400,
      21_210,
      `The source phone number provided, ${from}, is not yet verified for your account.`,
    );
  }
}

/** The status callback that a request asks for; "completed" alone when it names no events. */
export function statusCallbackFields(form: URLSearchParams): StatusCallback | null {
  const url = urlField(form, "StatusCallback", 21_609);
  if (url === undefined) return null;
  const asked = wordsField(form, "StatusCallbackEvent");
  const unknown = asked.find((word) => !EVENTS.includes(word));
  if (unknown !== undefined) throw new RestError(400, 21_626, `Invalid StatusCallbackEvent: ${unknown}`);
  return {
    url,
    method: httpMethod(field(form, "StatusCallbackMethod")),
    events: new Set(asked.length === 0 ? ["completed"] : asked),
  };
}

export const fetchCall: RestHandler = (request) => ({
  status: 200,
  body: callResource(request.carrier, findCall(request, pathId(request, 0))),
});

export const updateCall: RestHandler = (request) => {
  const call = findCall(request, pathId(request, 0));
  const { form } = request;
  const status = field(form, "Status");
  const document = documentFields(form);
  if (status !== undefined) changeStatus(call, status);
  else if (document) {
    if (call.status !== "in-progress") throw new RestError(400, 21_220, "Call is not in-progress. Cannot redirect.");
    call.moveTo(document);
  } else throw new RestError(400, 20_001, "There is nothing to update: give Url, Twiml or Status");
  return { status: 200, body: callResource(request.carrier, call) };
};

function changeStatus(call: Call, status: string): void {
  if (status !== "completed" && status !== "canceled") throw new RestError(400, 21_218, `Invalid Status: ${status}`);
  if (call.ended) throw new RestError(400, 21_220, "Call is not in-progress. Cannot redirect.");
  // "canceled" leaves calls alone that were answered.
  if (status === "canceled" && call.status === "in-progress") return;
  call.hangUp(`ended by REST (${status})`);
}

export const deleteCall: RestHandler = (request): RestAnswer => {
  const call = findCall(request, pathId(request, 0));
  if (!call.ended) throw new RestError(400, 20_009, "Call is still in progress; it cannot be deleted");
  request.carrier.calls.remove(call.sid);
  return { status: 204 };
};

export const listCalls: RestHandler = (request) => {
  const { query, carrier } = request;
  const wanted = {
    to: query.get("To"),
    from: query.get("From"),
    parent: query.get("ParentCallSid"),
    status: query.get("Status"),
  };
  const calls = carrier.calls
    .list()
    .filter(
      (call) =>
        (wanted.to === null || call.to === wanted.to) &&
        (wanted.from === null || call.from === wanted.from) &&
        (wanted.parent === null || call.parentSid === wanted.parent) &&
        (wanted.status === null || publicStatus(call.status) === wanted.status) &&
        withinDays(query, "StartTime", call.answeredAt ?? call.createdAt) &&
        (call.endedAt === null ? !query.has("EndTime") : withinDays(query, "EndTime", call.endedAt)),
    );
  return listAnswer(request, "calls", calls, (call) => callResource(carrier, call));
};

/** Whether a time satisfies Name (that day or moment on), Name< and Name>. */
function withinDays(query: URLSearchParams, name: string, time: Date): boolean {
  const before = query.get(`${name}<`);
  const after = query.get(`${name}>`);
  const on = query.get(name);
  if (before !== null && !(time.getTime() <= Date.parse(before))) return false;
  if (after !== null && !(time.getTime() >= Date.parse(after))) return false;
  return on === null || time.toISOString().startsWith(on.slice(0, 10));
}
