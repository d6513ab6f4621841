import { sendHeartbeat } from "@/modules/agents/schemas";
import type { BeatReport, FromWorker, ToWorker } from "./heartbeat-protocol";
import type { PhoneEvent } from "./phone-reducer";

interface WorkerPort {
  postMessage(message: ToWorker): void;
  terminate(): void;
  onmessage: ((event: MessageEvent) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

export interface HeartbeatOptions {
  createWorker(): WorkerPort;
  /** How things stand now; asked before every beat. */
  report(): BeatReport;
  emit(event: PhoneEvent): void;
}

/** The page's end of the heartbeat worker: tells it what changed and turns its answers into events. */
export class Heartbeat {
  private worker: WorkerPort | undefined;

  constructor(private readonly options: HeartbeatOptions) {}

  /** Beats at once with the present report, starting the worker when there is none. */
  beat(extra: { takeOver?: boolean } = {}): void {
    const worker = (this.worker ??= this.start());
    worker.postMessage({ kind: "report", report: { ...this.options.report(), ...extra } });
  }

  /** Beats at once when a heartbeat is running; a phone that is signed out stays silent. */
  changed(): void {
    if (this.worker !== undefined) this.beat();
  }

  /** The network is back: do not wait for the backoff. */
  retryNow(): void {
    this.worker?.postMessage({ kind: "retry_now" });
  }

  stop(): void {
    if (this.worker === undefined) return;
    this.worker.onmessage = null;
    this.worker.terminate();
    this.worker = undefined;
  }

  /**
   * The page goes away: says so without waiting for an answer. The session stays open, so that a reload comes back
   * into it; the device is what is gone.
   */
  farewell(): void {
    this.lastWord({ registered: false });
  }

  /** The browser puts the page to sleep, and its worker with it: says so while it can, so that no call rings here. */
  freeze(): void {
    this.lastWord({ frozen: true });
  }

  private lastWord(why: Partial<BeatReport["device"]>): void {
    if (this.worker === undefined) return;
    const { device, ...report } = this.options.report();
    const body = JSON.stringify({ ...report, deviceConnected: false, device: { ...device, ...why } });
    navigator.sendBeacon("/api/agent-heartbeat", new Blob([body], { type: "application/json" }));
  }

  private start(): WorkerPort {
    const worker = this.options.createWorker();
    worker.onmessage = (event: MessageEvent) => this.receive(event.data as FromWorker);
    worker.onerror = () => this.options.emit({ type: "beat_failed" });
    return worker;
  }

  private receive(message: FromWorker): void {
    switch (message.kind) {
      case "pulse":
        this.worker?.postMessage({ kind: "alive", report: this.options.report() });
        return;
      case "failed":
        return this.options.emit({ type: "beat_failed" });
      case "refused":
        if (message.status === 401) this.options.emit({ type: "signed_out" });
        else this.options.emit({ type: "beat_failed" });
        return;
      case "answer": {
        const parsed = sendHeartbeat.response?.safeParse(message.body);
        if (parsed?.success !== true) return this.options.emit({ type: "beat_failed" });
        const { session, superseded } = parsed.data;
        this.options.emit({ type: "beat_answered", session, superseded, choiceId: message.choiceId });
      }
    }
  }
}
