import type { Call } from "../engine/call";

export type ControlState = "ringing" | "in_queue" | "in_conference" | "in_progress" | "ended";

function stateOf(call: Call): ControlState {
  if (call.ended) return "ended";
  if (call.queue) return "in_queue";
  if (call.conference) return "in_conference";
  return call.status === "in-progress" ? "in_progress" : "ringing";
}

/** A call as the control API shows it. */
export function callView(call: Call): Record<string, unknown> {
  return {
    callSid: call.sid,
    state: stateOf(call),
    status: call.status,
    direction: call.direction,
    from: call.from,
    to: call.to,
    parent: call.parentSid,
    heard: call.heard,
    queue: call.queue?.friendlyName ?? null,
    conference: call.conference?.friendlyName ?? null,
    levels: call.ended ? null : call.audio.levels(),
    ...(call.endReason === null ? {} : { end_reason: call.endReason }),
  };
}
