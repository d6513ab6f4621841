import { linkedController, orAborted, whenAborted } from "../../cancellation";
import type { CallQueue, QueueBridge, QueueMember } from "../../engine/call-queue";
import { callParameters } from "../../engine/call-parameters";
import { httpMethod, type DocumentRequest } from "../../engine/documents";
import { loopDocument } from "../../engine/wait-loop";
import { absoluteUrl, actionRequest, NEXT, type Execution, type Verb, type VerbOutcome } from "../execution";
import type { TwimlElement } from "../parse";

const MOST_NAME = 64;

type QueueResult =
  "bridged" | "error" | "hangup" | "leave" | "redirected" | "redirected-from-bridged" | "queue-full" | "system-error";

/** Waits in a queue until somebody takes the call out of it, and says so to the action. */
export const enqueue: Verb = async (run, element) => {
  const name = element.text === "" ? "default" : element.text;
  if (name.length > MOST_NAME) {
    run.carrier.journal.warn(13_700, `Enqueue: the name of a queue has at most ${MOST_NAME} characters`, run.call.sid);
    return after(run, element, "system-error", {});
  }
  const queue = run.carrier.queues.findOrCreate(name);
  const member = queue.enter(run.call);
  if (!member) return after(run, element, "queue-full", {});
  const result = await waitInQueue(run, element, queue, member);
  return after(run, element, result, { QueueSid: queue.sid, QueueTime: String(member.waitSeconds()) });
};

async function waitInQueue(
  run: Execution,
  element: TwimlElement,
  queue: CallQueue,
  member: QueueMember,
): Promise<QueueResult> {
  const waiting = linkedController(run.signal);
  const loop = loopDocument(
    { carrier: run.carrier, runner: run.runner },
    run.call,
    { request: () => waitRequest(run, element, queue, member), mode: "queue-wait" },
    waiting.signal,
  );
  try {
    const exit = await orAborted(Promise.race([member.exit, loop]), run.signal);
    if (exit === "stopped" || exit.kind === "stopped") return run.call.ended ? "hangup" : "redirected";
    if (exit.kind === "bridge") {
      waiting.abort();
      await loop;
      return await beBridged(run, exit.bridge);
    }
    if (exit.kind === "hangup" || exit.kind === "reject") return "hangup";
    if (exit.kind === "leave" || exit.kind === "redirected") return exit.kind;
    return "error";
  } finally {
    waiting.abort();
    waiting.release();
    queue.remove(member);
    // What the caller heard while waiting must have stopped before the next document begins.
    await loop;
  }
}

function waitRequest(
  run: Execution,
  element: TwimlElement,
  queue: CallQueue,
  member: QueueMember,
): DocumentRequest | null {
  const { waitUrl } = element.attributes;
  if (waitUrl === undefined || waitUrl === "") return null;
  return {
    kind: "fetch",
    url: absoluteUrl(run, waitUrl),
    method: httpMethod(element.attributes.waitUrlMethod),
    params: {
      QueueSid: queue.sid,
      QueuePosition: String(queue.position(member)),
      QueueTime: String(member.waitSeconds()),
      AvgQueueTime: String(queue.averageWaitSeconds()),
      CurrentQueueSize: String(queue.members.length),
      MaxQueueSize: String(queue.maxSize),
    },
  };
}

/** Is connected to a Dial with a Queue until either side has gone. */
async function beBridged(run: Execution, bridge: QueueBridge): Promise<QueueResult> {
  const over = whenAborted(bridge.over.signal);
  const together = linkedController(run.signal);
  const stop = (): void => together.abort();
  bridge.over.signal.addEventListener("abort", stop, { once: true });
  try {
    if (bridge.announcement) {
      const { url, method } = bridge.announcement;
      const params = { DequeingCallSid: bridge.dialerSid };
      await run.runner.run(run.call, { kind: "fetch", url, method, params }, "announcement", together.signal);
    }
    if (!together.signal.aborted) {
      run.call.audio.join(bridge.mix);
      bridge.callerReady();
      await orAborted(over.promise, run.signal);
    }
    if (!run.signal.aborted) return "bridged";
    return run.call.ended ? "bridged" : "redirected-from-bridged";
  } finally {
    over.stop();
    together.release();
    bridge.over.signal.removeEventListener("abort", stop);
    run.call.audio.leave();
    bridge.over.abort();
  }
}

/** Tells the action how the waiting ended. Its answer runs only if the call is still here and has nothing else to do. */
function after(
  run: Execution,
  element: TwimlElement,
  result: QueueResult,
  details: Record<string, string>,
): VerbOutcome {
  const request = actionRequest(run, element, { QueueResult: result, ...details }, false);
  const stays = !run.signal.aborted && result !== "hangup";
  if (stays) return request ? { kind: "document", request } : NEXT;
  if (request?.kind === "fetch") {
    run.carrier.webhooks.notify({
      purpose: "queue-action",
      event: result,
      url: request.url,
      method: request.method,
      callSid: run.call.sid,
      params: { ...callParameters(run.carrier.account.accountSid, run.call), ...request.params },
    });
  }
  return result === "hangup" ? { kind: "hangup" } : NEXT;
}
