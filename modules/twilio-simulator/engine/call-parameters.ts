import type { Call } from "./call";
import { rfc2822 } from "./rfc2822";

/** The parameters that come with every webhook about a call. */
export function callParameters(accountSid: string, call: Call): Record<string, string> {
  return {
    AccountSid: accountSid,
    ApiVersion: "2010-04-01",
    CallSid: call.sid,
    CallStatus: call.status,
    Called: call.to,
    Caller: call.from,
    Direction: call.direction,
    From: call.from,
    To: call.to,
    ...(call.parentSid === null ? {} : { ParentCallSid: call.parentSid }),
  };
}

/** What a status callback says beside that. */
export function statusParameters(call: Call): Record<string, string> {
  const params: Record<string, string> = {
    CallbackSource: "call-progress-events",
    SequenceNumber: String(call.nextSequence()),
    Timestamp: rfc2822(call.updatedAt),
  };
  if (call.ended) {
    const seconds = call.durationSeconds();
    params.CallDuration = String(seconds);
    params.Duration = String(Math.ceil(seconds / 60));
  }
  return params;
}
