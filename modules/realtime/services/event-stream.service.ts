import type { Principal } from "@/lib/principal";
import { readPosition } from "../domain/position";
import { aliveBlock, changeBlock, helloBlock, resetBlock } from "../domain/server-sent-events";
import type { EventHub, Listener } from "./event-hub.service";

/** Bytes that may wait for a slow reader before its stream is ended; it comes back and resumes. */
const BUFFER_BYTES = 256 * 1_024;
/** Milliseconds before a browser comes back; spread, so that a restart is not followed by a stampede. */
const RETRY_MS = { least: 1_000, spread: 2_000 };

const HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  // no-transform keeps compression away, which would hold events back until a block is full.
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
};

/** Opens server-sent event streams over the hub. */
export class EventStreamService {
  constructor(private readonly hub: EventHub) {}

  /**
   * A stream of what the principal may hear, after `lastEventId` when it is one of ours. Ends when the reader goes,
   * reads too slowly, or loses its sign-in. An unknown lastEventId is answered by `reset`: read everything again.
   */
  async open(principal: Principal, lastEventId: string | undefined, signal: AbortSignal): Promise<Response> {
    const encoder = new TextEncoder();
    let leave: (() => void) | undefined;
    let ended = false;
    let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
    const end = (): void => {
      if (ended) return;
      ended = true;
      signal.removeEventListener("abort", end);
      leave?.();
      controller?.close();
    };
    const stream = new ReadableStream<Uint8Array>(
      {
        start: (given) => void (controller = given),
        // The reader is gone; the stream is closed already.
        cancel: () => {
          controller = undefined;
          end();
        },
      },
      new ByteLengthQueuingStrategy({ highWaterMark: BUFFER_BYTES }),
    );
    const write = (text: string): void => {
      if (ended || !controller) return;
      if ((controller.desiredSize ?? 0) <= 0) return end();
      controller.enqueue(encoder.encode(text));
    };
    const listener: Listener = {
      sessionId: principal.sessionId,
      hearer: { userId: principal.userId, role: principal.role, agentId: principal.agentId },
      sendHello: (position) => write(helloBlock(position, RETRY_MS.least + Math.random() * RETRY_MS.spread)),
      sendChange: (event, position) => write(changeBlock(event, position)),
      sendReset: (position) => write(resetBlock(position)),
      sendAlive: (position) => write(aliveBlock(position)),
      end,
    };
    const from = lastEventId === undefined ? undefined : (readPosition(lastEventId) ?? UNKNOWN);
    leave = await this.hub.join(listener, from);
    if (signal.aborted || ended) {
      end();
      leave();
    } else {
      signal.addEventListener("abort", end);
    }
    return new Response(stream, { headers: HEADERS });
  }
}

/** A position before everything, which can never be resumed from. */
const UNKNOWN = { tx: 0n, id: 0n, knownAt: 0 };
