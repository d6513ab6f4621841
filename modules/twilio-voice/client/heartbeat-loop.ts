import { backoffMs } from "./backoff";
import type { BeatReport, FromWorker, ToWorker } from "./heartbeat-protocol";

export interface HeartbeatPorts {
  /** Sends one beat; resolves with the status and the parsed body, rejects when the server cannot be reached. */
  post(report: BeatReport): Promise<{ status: number; body: unknown }>;
  tell(message: FromWorker): void;
  random(): number;
  /** Milliseconds of a clock that only goes forward. */
  now(): number;
}

/** Until the first answer says otherwise. */
const DEFAULT_INTERVAL_MS = 30_000;
/** A page that is awake answers a pulse in milliseconds, in a hidden tab too: only timers are throttled there. */
const PULSE_PATIENCE_MS = 5_000;
const BACKOFF = { firstMs: 1_000, mostMs: 10_000 };
/** Beats come a little early, never late: at most this share of the interval. */
const EARLY_SHARE = 0.1;

/**
 * The rhythm of the beats, run inside a dedicated Worker because a hidden tab's own timers slow down to one a minute.
 *
 * Before each routine beat the page is asked for a pulse: a worker that went on beating for a frozen page would vouch
 * for a phone that cannot ring. How long the page took goes along with the beat; without an answer the beat says that
 * it is frozen, and the answer that comes after all is told at once. Changes beat at once;
 * one request runs at a time, and what changed meanwhile goes out right after it. Failures are retried with backoff for
 * as long as the loop lives.
 */
export class HeartbeatLoop {
  private report: BeatReport | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private pulseTimer: ReturnType<typeof setTimeout> | undefined;
  private askedAtMs = 0;
  /** The page owes the answer to a pulse, and the server was told so. */
  private frozen = false;
  private running = false;
  private dirty = false;
  private failures = 0;
  private stopped = false;

  constructor(private readonly ports: HeartbeatPorts) {}

  receive(message: ToWorker): void {
    switch (message.kind) {
      case "report":
        this.stopped = false;
        this.frozen = false;
        this.keep(message.report);
        return this.beatNow();
      case "alive":
        if (this.pulseTimer === undefined && !this.frozen) return;
        this.frozen = false;
        this.keep(withPulse(message.report, this.ports.now() - this.askedAtMs));
        return this.beatNow();
      case "retry_now":
        if (this.failures > 0) this.beatNow();
        return;
      case "stop":
        this.stopped = true;
        this.clearTimers();
    }
  }

  /** A wish to take over stays until a beat with it was answered, whatever is reported in between. */
  private keep(report: BeatReport): void {
    this.report = this.report?.takeOver === true ? { ...report, takeOver: true } : report;
  }

  private beatNow(): void {
    this.clearTimers();
    if (this.stopped) return;
    if (this.running) {
      this.dirty = true;
      return;
    }
    void this.beat();
  }

  private async beat(): Promise<void> {
    const report = this.report;
    if (report === undefined) return;
    this.running = true;
    this.dirty = false;
    let nextInMs: number;
    try {
      const { status, body } = await this.ports.post(report);
      nextInMs = this.answered(report, status, body);
    } catch {
      nextInMs = this.failed();
    }
    this.running = false;
    if (this.stopped) return;
    if (this.dirty) return this.beatNow();
    this.timer = setTimeout(() => this.askForPulse(), nextInMs);
  }

  private answered(report: BeatReport, status: number, body: unknown): number {
    if (status >= 500 || status === 429 || status === 408) return this.failed();
    this.failures = 0;
    if (status >= 400) {
      this.ports.tell({ kind: "refused", status, choiceId: report.choiceId });
      return DEFAULT_INTERVAL_MS;
    }
    // Asking for the session once is enough: repeating it would fight with whoever takes it next.
    if (report.takeOver === true && this.report !== undefined) this.report = withoutTakeOver(this.report);
    this.ports.tell({ kind: "answer", body, choiceId: report.choiceId });
    return this.early(nextBeatOf(body));
  }

  private failed(): number {
    this.failures += 1;
    this.ports.tell({ kind: "failed" });
    return backoffMs(this.failures, BACKOFF, this.ports.random);
  }

  private early(intervalMs: number): number {
    return Math.round(intervalMs * (1 - EARLY_SHARE * this.ports.random()));
  }

  private askForPulse(): void {
    this.timer = undefined;
    this.pulseTimer = setTimeout(() => {
      this.pulseTimer = undefined;
      if (this.report === undefined) return;
      // Kept apart from the last real report: the next change starts again from what the page says.
      this.report = { ...this.report, deviceConnected: false, device: { ...this.report.device, frozen: true } };
      this.frozen = true;
      this.beatNow();
    }, PULSE_PATIENCE_MS);
    // A page that froze before still owes the answer to an earlier pulse, and one answer is enough.
    if (!this.frozen) this.askedAtMs = this.ports.now();
    this.ports.tell({ kind: "pulse" });
  }

  private clearTimers(): void {
    clearTimeout(this.timer);
    clearTimeout(this.pulseTimer);
    this.timer = undefined;
    this.pulseTimer = undefined;
  }
}

/** The report of a page that took so many milliseconds to answer; the server takes ten minutes for the longest. */
function withPulse(report: BeatReport, ms: number): BeatReport {
  return { ...report, device: { ...report.device, pulseMs: Math.min(Math.max(0, Math.round(ms)), 600_000) } };
}

function withoutTakeOver({ takeOver: _done, ...report }: BeatReport): BeatReport {
  return report;
}

function nextBeatOf(body: unknown): number {
  const given = typeof body === "object" && body !== null && "nextBeatInMs" in body ? body.nextBeatInMs : undefined;
  return typeof given === "number" && given >= 100 && given <= 600_000 ? given : DEFAULT_INTERVAL_MS;
}
