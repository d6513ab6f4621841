import { setTimeout as sleep } from "node:timers/promises";

/** What a pace looks at and waits by; tests bring their own. */
export interface PacePorts {
  /** Transactions the database has ended so far, anybody's. */
  transactions(): Promise<number>;
  now?(): number;
  sleep?(ms: number): Promise<unknown>;
}

/** Milliseconds between two looks. PostgreSQL's own count is up to a second behind. */
const LOOK_MS = 1_000;
/** Transactions a second that loops and open pages make while nobody asks for anything. */
const QUIET_PER_SECOND = 20;
/** Transactions a second above these at which background work takes half of the time. */
const HALF_PER_SECOND = 50;
const MOST_REST_MS = 2_000;

/**
 * Lets background work give way to what people wait for: after each piece of it comes a rest, the longer the more
 * transactions others make. With r of them a second, work takes HALF / (HALF + r) of the time and never stands still;
 * on a quiet database it does not rest at all.
 */
export class Pace {
  private looked: { at: number; total: number } | undefined;
  private perSecond = 0;
  private readonly now: () => number;
  private readonly sleep: (ms: number) => Promise<unknown>;

  constructor(private readonly ports: PacePorts) {
    this.now = ports.now ?? (() => performance.now());
    this.sleep = ports.sleep ?? ((ms) => sleep(ms));
  }

  /** Rests after `workedMs` milliseconds of work; two seconds at most. */
  async rest(workedMs: number): Promise<void> {
    const others = Math.max(0, (await this.rate()) - QUIET_PER_SECOND);
    const restMs = Math.min(MOST_REST_MS, (workedMs * others) / HALF_PER_SECOND);
    if (restMs >= 1) await this.sleep(restMs);
  }

  /** Transactions a second between the last two looks. */
  private async rate(): Promise<number> {
    const at = this.now();
    if (this.looked && at - this.looked.at < LOOK_MS) return this.perSecond;
    const total = await this.ports.transactions();
    if (this.looked) this.perSecond = (1_000 * Math.max(0, total - this.looked.total)) / (at - this.looked.at);
    this.looked = { at, total };
    return this.perSecond;
  }
}
