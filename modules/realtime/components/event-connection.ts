import { onReturn } from "@/lib/client/connection";
import type { LiveState } from "@/lib/client/live-state";
import type { BrowserEvent } from "../domain/query-keys";

export interface ConnectionListener {
  onEvent(event: BrowserEvent): void;
  /** What was missed is not kept any more: everything is stale. */
  onReset(): void;
  onState(state: LiveState): void;
}

/** A hidden tab keeps its stream this long; browsers allow few connections, and all its tabs share them. */
const HIDDEN_PATIENCE_MS = 30_000;
const RETRY_MS = { least: 1_000, most: 8_000 };

/**
 * One EventSource that stays: the browser reconnects it by itself, except after an error status (the server or its
 * database was away, the sign-in has ended). Then it is made again, later and later, and goes on after the last event.
 */
export class EventConnection {
  private source: EventSource | undefined;
  private lastEventId = "";
  private retry: ReturnType<typeof setTimeout> | undefined;
  private hiding: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private stopped = false;
  private stopWatching: (() => void) | undefined;

  constructor(
    private readonly listener: ConnectionListener,
    private readonly keepWhenHidden: () => boolean,
  ) {}

  start(): void {
    document.addEventListener("visibilitychange", this.visibilityChanged);
    window.addEventListener("online", this.comeBackNow);
    this.stopWatching = onReturn(this.comeBackNow);
    this.connect();
  }

  stop(): void {
    this.stopped = true;
    document.removeEventListener("visibilitychange", this.visibilityChanged);
    window.removeEventListener("online", this.comeBackNow);
    this.stopWatching?.();
    this.disconnect();
  }

  private connect(): void {
    if (this.stopped || this.source) return;
    const resume = this.lastEventId === "" ? "" : `?lastEventId=${encodeURIComponent(this.lastEventId)}`;
    const source = new EventSource(`/api/events${resume}`);
    this.source = source;
    this.listener.onState("connecting");
    source.addEventListener("hello", (event) => {
      this.failures = 0;
      this.lastEventId = event.lastEventId;
      this.listener.onState("live");
    });
    source.addEventListener("reset", (event) => {
      this.lastEventId = event.lastEventId;
      this.listener.onReset();
    });
    source.addEventListener("message", (event: MessageEvent<string>) => {
      this.lastEventId = event.lastEventId;
      const change = parseEvent(event.data);
      if (change) this.listener.onEvent(change);
    });
    source.addEventListener("error", () => {
      if (this.source !== source) return;
      this.listener.onState("connecting");
      // CONNECTING: the browser is coming back by itself, with Last-Event-ID. CLOSED: it never will.
      if (source.readyState === EventSource.CLOSED) this.retryLater();
    });
  }

  private disconnect(): void {
    clearTimeout(this.retry);
    clearTimeout(this.hiding);
    this.retry = undefined;
    this.hiding = undefined;
    this.source?.close();
    this.source = undefined;
  }

  private retryLater(): void {
    this.disconnect();
    const pause = Math.min(RETRY_MS.most, RETRY_MS.least * 2 ** this.failures) * (0.75 + Math.random() / 2);
    this.failures += 1;
    this.retry = setTimeout(() => this.connect(), pause);
  }

  private readonly comeBackNow = (): void => {
    if (this.source && this.source.readyState !== EventSource.CLOSED) return;
    this.disconnect();
    this.connect();
  };

  private readonly visibilityChanged = (): void => {
    clearTimeout(this.hiding);
    if (document.visibilityState === "visible") {
      this.comeBackNow();
      return;
    }
    this.hiding = setTimeout(() => {
      if (!this.keepWhenHidden()) this.disconnect();
    }, HIDDEN_PATIENCE_MS);
  };
}

/** The change an event names; undefined for text that is none (an extension or proxy may have meddled). */
export function parseEvent(text: string): BrowserEvent | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("topic" in value)) return undefined;
    return typeof value.topic === "string" ? { ...value, topic: value.topic } : undefined;
  } catch {
    return undefined; // Not JSON: nothing that this page could act upon.
  }
}
