import type { WebSocket } from "ws";

/** The Voice SDK reconnects after 15 s of silence, so a lost beat may be followed by another in time. */
const BEAT_MS = 5_000;
const MOST_SILENT_MS = 20_000;

/**
 * Sends "\n" every 5 s, which the Voice SDK echoes, and cuts the connection when nothing at all came back for 20 s.
 * Returns what to call for everything that arrives; stops by itself when the socket closes.
 */
export function keepAlive(socket: WebSocket): () => void {
  let lastHeard = performance.now();
  const timer = setInterval(() => {
    if (performance.now() - lastHeard > MOST_SILENT_MS) {
      socket.terminate();
      return;
    }
    if (socket.readyState === socket.OPEN) socket.send("\n");
  }, BEAT_MS);
  socket.once("close", () => clearInterval(timer));
  return () => {
    lastHeard = performance.now();
  };
}
