import { callParameters } from "../../engine/call-parameters";
import { actionRequest, NEXT, type Execution, type Verb, type VerbOutcome } from "../execution";
import { dialConference } from "../nouns/conference";
import type { DialResult } from "../nouns/dial-result";
import { dialParties, readParties } from "../nouns/parties";
import { dialQueue } from "../nouns/queue";
import type { TwimlElement } from "../parse";

/** Connects the call with a conference, with people, or with the head of a queue, and tells the action how it went. */
export const dial: Verb = async (run, element) => {
  const result = await connect(run, element);
  return after(run, element, result);
};

async function connect(run: Execution, element: TwimlElement): Promise<DialResult> {
  const conference = element.children.find((child) => child.name === "Conference");
  if (conference) return await dialConference(run, element, conference);
  const queue = element.children.find((child) => child.name === "Queue");
  if (queue) return await dialQueue(run, element, queue);
  return await dialParties(run, element, readParties(run, element));
}

function after(run: Execution, element: TwimlElement, result: DialResult): VerbOutcome {
  const params: Record<string, string> = {
    DialCallStatus: result.status,
    DialBridged: String(result.bridged),
    ...(result.callSid === undefined ? {} : { DialCallSid: result.callSid }),
    ...(result.durationSeconds === undefined ? {} : { DialCallDuration: String(result.durationSeconds) }),
    ...result.extra,
  };
  const request = actionRequest(run, element, params, false);
  if (!run.signal.aborted) return request ? { kind: "document", request } : NEXT;
  // A caller who hangs up ends the Dial: its action is told, and its answer has nobody left to hear it.
  if (request?.kind === "fetch" && run.call.ended) {
    run.carrier.webhooks.notify({
      purpose: "dial-action",
      event: result.status,
      url: request.url,
      method: request.method,
      callSid: run.call.sid,
      params: { ...callParameters(run.carrier.account.accountSid, run.call), ...request.params },
    });
  }
  return NEXT;
}
