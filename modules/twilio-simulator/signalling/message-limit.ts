/** 64 KB: an SDP has 2 to 4, an access token less than 2. */
export const LARGEST_MESSAGE_BYTES = 65_536;
const WINDOW_MS = 1_000;
const MOST_PER_WINDOW = 100;

/** Returns a check that says for each message whether its sender is still within 100 a second. */
export function limitMessages(now: () => number = () => performance.now()): () => boolean {
  let windowStart = now();
  let count = 0;
  return () => {
    if (now() - windowStart >= WINDOW_MS) {
      windowStart = now();
      count = 0;
    }
    count += 1;
    return count <= MOST_PER_WINDOW;
  };
}
