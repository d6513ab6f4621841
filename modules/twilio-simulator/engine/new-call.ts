import { Call, type CallDetails } from "./call";
import type { Carrier } from "./carrier";
import { newSid } from "./sids";
import { reportCallStatus } from "./status-callbacks";

/** Makes a leg, with its sound, and enters it into the carrier's books. */
export function newCall(carrier: Carrier, details: Omit<CallDetails, "sid" | "audio"> & { sid?: string }): Call {
  const sid = details.sid ?? newSid("CA");
  const call = new Call({ ...details, sid, audio: carrier.media.createLeg(sid) }, (changed) => {
    carrier.log.debug({ callSid: changed.sid, status: changed.status, reason: changed.endReason }, "call state");
    reportCallStatus(carrier, changed);
  });
  carrier.calls.add(call);
  return call;
}
