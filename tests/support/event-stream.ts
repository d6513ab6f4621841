import { findRoute } from "./route-files";
import { bearerOf, type SignedInAs } from "./http";

/** For a busy machine; and events wait for the oldest transaction of the whole server, of other test files as well. */
const PATIENCE_MS = 60_000;

export interface StreamEvent {
  id: string;
  event: string;
  data: Record<string, unknown>;
}

/** A listener of /api/events, reading what the real route handler streams as a browser would. */
export class EventStreamReader {
  readonly events: StreamEvent[] = [];
  /** What the browser would send as Last-Event-ID. */
  lastEventId = "";
  ended = false;
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  private waiting: (() => void)[] = [];

  private constructor(
    body: ReadableStream<Uint8Array>,
    private readonly abort: AbortController,
  ) {
    this.reader = body.getReader();
    void this.pump();
  }

  static async open(user: SignedInAs, lastEventId?: string, query = ""): Promise<EventStreamReader> {
    const { response, abort } = await openEvents(user, lastEventId, query);
    if (!response.ok || !response.body) throw new Error(`${response.status} ${await response.text()}`);
    const stream = new EventStreamReader(response.body, abort);
    await stream.until((events) => events.some((event) => event.event === "hello"));
    return stream;
  }

  /** The changes heard so far, without hello and reset. */
  get changes(): Record<string, unknown>[] {
    return this.events.filter((event) => event.event === "message").map((event) => event.data);
  }

  async until(done: (events: readonly StreamEvent[]) => boolean, timeoutMs = PATIENCE_MS): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!done(this.events)) {
      if (Date.now() > deadline) throw new Error(`heard only ${JSON.stringify(this.events)}`);
      await this.next(Math.min(200, timeoutMs));
    }
  }

  async untilEnded(timeoutMs = PATIENCE_MS): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!this.ended) {
      if (Date.now() > deadline) throw new Error("the stream did not end");
      await this.next(100);
    }
  }

  async close(): Promise<void> {
    this.abort.abort();
    await this.reader.cancel();
  }

  private next(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  private async pump(): Promise<void> {
    const decoder = new TextDecoder();
    let text = "";
    for (;;) {
      const { done, value } = await this.reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) this.take(block);
      this.wake();
    }
    this.ended = true;
    this.wake();
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  private take(block: string): void {
    const fields = new Map(block.split("\n").map((line) => line.split(/: ?(.*)/s, 2) as [string, string]));
    this.lastEventId = fields.get("id") ?? this.lastEventId;
    const data = fields.get("data");
    if (data === undefined) return;
    this.events.push({ id: this.lastEventId, event: fields.get("event") ?? "message", data: JSON.parse(data) });
  }
}

/** The bare answer of GET /api/events. */
export async function openEvents(
  user: SignedInAs,
  lastEventId?: string,
  query = "",
): Promise<{ response: Response; abort: AbortController }> {
  const route = await findRoute("/api/events");
  const abort = new AbortController();
  const headers = new Headers({ authorization: `Bearer ${await bearerOf(user)}` });
  if (lastEventId !== undefined) headers.set("last-event-id", lastEventId);
  const request = new Request(`http://127.0.0.1:3000/api/events${query}`, { headers, signal: abort.signal });
  const response = await route?.handlers.GET?.(request, { params: Promise.resolve({}) });
  if (!response) throw new Error("there is no /api/events");
  return { response, abort };
}
