import { setTimeout as delay } from "node:timers/promises";

export interface SentWebhook {
  /** The route, such as "agent-leg", with the callback or step that it is about. */
  name: string;
  at: number;
  ms: number;
  status: number | undefined;
  /** The carrier itself broke it off, since the leg was moved on or hung up meanwhile: nobody waits for that answer. */
  calledOff: boolean;
}

interface LogEntry {
  n: number;
  at: string;
  url?: string;
  event?: string;
  status?: number;
  error?: string;
  duration_ms?: number;
}

/** How the carrier's log begins what it says of a request that it stopped by itself. */
const CALLED_OFF = "stopped: ";
const PAUSE_MS = 1_000;
/** The carrier keeps 10,000 entries: looked at this often, none is lost. */

/** Reads from the carrier's log what each webhook of the product took, until it is stopped. */
export class WebhookWatch {
  readonly sent: SentWebhook[] = [];
  private readonly open = new Set<number>();
  private seen = 0;
  private readonly stopping = new AbortController();
  private readonly watching: Promise<void>;

  constructor(private readonly carrierUrl: string) {
    this.watching = this.watch();
  }

  /** Looks once more, and no more. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.watching;
    await this.look();
  }

  private async watch(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      await this.look();
      await delay(PAUSE_MS);
    }
  }

  private async look(): Promise<void> {
    const after = Math.min(this.seen, ...[...this.open].map((n) => n - 1));
    const response = await fetch(`${this.carrierUrl}/_control/log?kind=webhook&after=${after}`);
    const { entries } = (await response.json()) as { entries: LogEntry[] };
    for (const entry of entries) {
      if (entry.n <= this.seen && !this.open.has(entry.n)) continue;
      this.seen = Math.max(this.seen, entry.n);
      if (entry.duration_ms === undefined) {
        this.open.add(entry.n);
        continue;
      }
      this.open.delete(entry.n);
      this.sent.push({
        name: nameOf(entry),
        at: Date.parse(entry.at),
        ms: entry.duration_ms,
        status: entry.status,
        calledOff: entry.error?.startsWith(CALLED_OFF) ?? false,
      });
    }
  }
}

function nameOf({ url = "", event }: LogEntry): string {
  const { pathname, searchParams } = new URL(url);
  const what = searchParams.get("step") ?? event;
  return `${pathname.slice(pathname.lastIndexOf("/") + 1)}${what === undefined ? "" : ` ${what}`}`;
}
