import { clock } from "../../clock";
import { orAborted, pause, whenAborted } from "../../cancellation";
import type { CallQueue, QueueBridge, QueueMember } from "../../engine/call-queue";
import { httpMethod } from "../../engine/documents";
import { playMusic } from "../../engine/sounds";
import { absoluteUrl, attributesOf, type Execution } from "../execution";
import type { TwimlElement } from "../parse";
import type { DialResult } from "./dial-result";
import { hangUpOnStar } from "./star";

/** How often an empty queue is looked at again, and how often at most (the longest timeout is 600 s). */
const LOOK_MS = 200;

/** Connects the call with whoever has waited longest in a queue; an empty queue is waited for until the timeout. */
export async function dialQueue(run: Execution, dial: TwimlElement, element: TwimlElement): Promise<DialResult> {
  const queue = run.carrier.queues.findByName(element.text);
  if (!queue) {
    run.carrier.journal.warn(13_256, `Dial: there is no queue "${element.text}"`, run.call.sid);
    return { status: "failed", bridged: false };
  }
  const timeoutMs = attributesOf(run, dial).count("timeout", 30, 1, 600) * 1_000;
  const member = await firstInLine(run, queue, timeoutMs);
  if (!member) return { status: "no-answer", bridged: false };
  return await bridge(run, dial, element, member);
}

async function firstInLine(run: Execution, queue: CallQueue, timeoutMs: number): Promise<QueueMember | null> {
  const music = new AbortController();
  let playing: Promise<void> = Promise.resolve();
  const rounds = Math.ceil(timeoutMs / LOOK_MS);
  try {
    for (let round = 0; round < rounds && !run.signal.aborted; round += 1) {
      const member = queue.front();
      if (member) {
        queue.remove(member);
        return member;
      }
      if (round === 0) playing = playMusic(run.carrier, run.call, music.signal);
      await pause(LOOK_MS, run.signal);
    }
    return null;
  } finally {
    music.abort();
    await playing;
  }
}

async function bridge(
  run: Execution,
  dial: TwimlElement,
  element: TwimlElement,
  member: QueueMember,
): Promise<DialResult> {
  const over = new AbortController();
  const mix = run.carrier.media.createMix(`queue-${member.call.sid}`);
  const star = hangUpOnStar(run, dial);
  const ended = whenAborted(over.signal);
  const { url } = element.attributes;
  const started = clock.now();
  let bridged = false;
  try {
    await new Promise<void>((resolve) => {
      const handle: QueueBridge = {
        mix,
        dialerSid: run.call.sid,
        announcement:
          url === undefined ? null : { url: absoluteUrl(run, url), method: httpMethod(element.attributes.method) },
        callerReady: () => {
          bridged = true;
          resolve();
        },
        over,
      };
      member.release({ kind: "bridge", bridge: handle });
      void orAborted(ended.promise, star.signal).then(() => resolve());
    });
    if (bridged && !star.signal.aborted) {
      run.call.audio.join(mix);
      await orAborted(ended.promise, star.signal);
    }
  } finally {
    ended.stop();
    star.release();
    over.abort();
    run.call.audio.leave();
    mix.close();
  }
  return {
    status: bridged ? "completed" : "no-answer",
    bridged,
    callSid: member.call.sid,
    durationSeconds: Math.round((clock.now() - started) / 1_000),
  };
}
