import { linkedController, pause } from "../../cancellation";
import { actionRequest, attributesOf, NEXT, type Execution, type Verb } from "../execution";
import type { TwimlElement } from "../parse";
import { pauseVerb } from "./pause";
import { play } from "./play";
import { say } from "./say";

const PROMPTS: Readonly<Record<string, Verb>> = { Say: say, Play: play, Pause: pauseVerb };

interface Keys {
  digits: string;
  finishedOn: string;
}

/** Collects keys, during and after its prompts, and posts them to its action. */
export const gather: Verb = async (run, element) => {
  const attributes = attributesOf(run, element);
  const keys = await collect(run, element, {
    finishOnKey: attributes.text("finishOnKey") ?? "#",
    most: attributes.count("numDigits", 1_000, 1, 1_000),
    timeoutMs: attributes.count("timeout", 5, 0, 600) * 1_000,
  });
  if (run.signal.aborted) return NEXT;
  if (keys.digits === "" && keys.finishedOn === "" && !attributes.flag("actionOnEmptyResult", false)) return NEXT;
  if (keys.digits === "" && !attributes.flag("actionOnEmptyResult", false)) return NEXT;
  const params: Record<string, string> = { Digits: keys.digits, FinishedOnKey: keys.finishedOn, msg: "Gather End" };
  const request = actionRequest(run, element, params, true);
  return request ? { kind: "document", request } : NEXT;
};

/** Listens until the number of keys, the finishing key or the time without a key says that it is enough. */
async function collect(
  run: Execution,
  element: TwimlElement,
  rule: { finishOnKey: string; most: number; timeoutMs: number },
): Promise<Keys> {
  const keys: Keys = { digits: "", finishedOn: "" };
  const prompting = linkedController(run.signal);
  const waiting = linkedController(run.signal);
  let restart = linkedController(waiting.signal);
  const stopListening = run.call.audio.onDigit((key) => {
    if (waiting.signal.aborted) return;
    prompting.abort();
    if (rule.finishOnKey !== "" && rule.finishOnKey.includes(key)) {
      keys.finishedOn = key;
      waiting.abort();
      return;
    }
    keys.digits += key;
    if (keys.digits.length >= rule.most) waiting.abort();
    else restart.abort();
  });
  try {
    await prompt({ ...run, signal: prompting.signal }, element);
    // Every key starts the timeout anew; it runs out at most once for each of the keys there may be.
    for (let key = 0; key <= rule.most && !waiting.signal.aborted; key += 1) {
      restart.release();
      restart = linkedController(waiting.signal);
      if ((await pause(rule.timeoutMs, restart.signal)) === "elapsed") break;
    }
    return keys;
  } finally {
    stopListening();
    waiting.abort();
    for (const controller of [prompting, waiting, restart]) controller.release();
  }
}

async function prompt(run: Execution, element: TwimlElement): Promise<void> {
  for (const child of element.children) {
    if (run.signal.aborted) return;
    await PROMPTS[child.name]?.(run, child);
  }
}
