import { FRAME_MS } from "../contract";

/** A stall longer than this (a debugger, a sleeping laptop) is not made up for: nobody wants to hear it in fast motion. */
const MOST_FRAMES_AT_ONCE = 5;

export interface FrameClock {
  stop(): void;
}

/**
 * Calls `onFrame` every 20 ms on average for ever: each wait is measured against the start, so that the lateness of
 * single timers never adds up. After a stall up to five frames are caught up at once and the rest is dropped.
 * @param now milliseconds on a monotonic clock
 */
export function startFrameClock(onFrame: () => void, now: () => number = () => performance.now()): FrameClock {
  let due = now() + FRAME_MS;
  let timer: NodeJS.Timeout;

  const wake = (): void => {
    let frames = 0;
    while (due <= now() && frames < MOST_FRAMES_AT_ONCE) {
      due += FRAME_MS;
      frames += 1;
      onFrame();
    }
    if (due <= now()) due = now() + FRAME_MS;
    timer = setTimeout(wake, Math.max(0, due - now()));
  };
  timer = setTimeout(wake, FRAME_MS);
  return { stop: () => clearTimeout(timer) };
}
