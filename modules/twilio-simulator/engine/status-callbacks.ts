import type { Call } from "./call";
import { callParameters, statusParameters } from "./call-parameters";
import type { Carrier } from "./carrier";

/** The event that a state stands for in StatusCallbackEvent; every end is "completed". */
function eventOf(call: Call): string | null {
  if (call.ended) return "completed";
  if (call.status === "initiated" || call.status === "ringing") return call.status;
  return call.status === "in-progress" ? "answered" : null;
}

/** Posts a call's change of state to whoever asked for it. */
export function reportCallStatus(carrier: Carrier, call: Call): void {
  const event = eventOf(call);
  if (event === null || !call.statusCallback?.events.has(event)) return;
  carrier.webhooks.notify({
    purpose: "call-status",
    event: call.ended ? call.status : event,
    url: call.statusCallback.url,
    method: call.statusCallback.method,
    callSid: call.sid,
    params: { ...callParameters(carrier.account.accountSid, call), ...statusParameters(call) },
  });
}
