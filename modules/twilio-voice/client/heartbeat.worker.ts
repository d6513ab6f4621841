import { HeartbeatLoop } from "./heartbeat-loop";
import type { FromWorker, ToWorker } from "./heartbeat-protocol";

/** A beat that takes longer than this is given up and tried again. */
const REQUEST_TIMEOUT_MS = 8_000;

const loop = new HeartbeatLoop({
  async post(report) {
    const response = await fetch("/api/agent-heartbeat", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(report),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    const body: unknown = response.headers.get("content-type")?.includes("json") ? await response.json() : null;
    return { status: response.status, body };
  },
  tell: (message: FromWorker) => postMessage(message),
  random: Math.random,
  now: () => performance.now(),
});

addEventListener("message", (event: MessageEvent) => loop.receive(event.data as ToWorker));
