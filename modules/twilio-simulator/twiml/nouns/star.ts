import { linkedController, type LinkedController } from "../../cancellation";
import type { Execution } from "../execution";
import type { TwimlElement } from "../parse";

/** A signal below the run's that also ends when the caller presses *, where Dial says hangupOnStar. */
export function hangUpOnStar(run: Execution, dial: TwimlElement): LinkedController {
  const controller = linkedController(run.signal);
  if (dial.attributes.hangupOnStar !== "true") return controller;
  const stop = run.call.audio.onDigit((digit) => {
    if (digit === "*") controller.abort();
  });
  return {
    signal: controller.signal,
    abort: controller.abort,
    release: () => {
      stop();
      controller.release();
    },
  };
}
