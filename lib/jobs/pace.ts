import { setTimeout as sleep } from "node:timers/promises";

/** What a pace looks at and waits by; tests bring their own. */
export interface PacePorts {
  /**
   * Transactions that others have ended so far, a count that may lag and so go down for moments; connections of others at
   * work right now; and whether they are at heavy work that somebody waits for.
   */
  others(): Promise<{ transactions: number; active: number; awaited: boolean }>;
  now?(): number;
  sleep?(ms: number): Promise<unknown>;
}

/** Milliseconds between two counts. PostgreSQL's own is up to a second behind. */
const COUNT_MS = 1_000;
/** By so many a count may lag behind; one that falls by more was begun anew. */
const MOST_LAG = 1_000;
/** Transactions a second that open pages and other workers' loops make while nobody asks for anything. */
const QUIET_PER_SECOND = 20;
/** Transactions a second above these at which background work takes half of the time. */
const HALF_PER_SECOND = 25;
/** Connections at work above which others wait for each other already. */
const CROWD = 2;
/** Milliseconds between two looks whether the way is free. */
const LOOK_MS = 100;
const MOST_REST_MS = 5_000;

/**
 * Lets background work give way to what people wait for: after each piece of it comes a rest, the longer the more
 * transactions others make, and on while they crowd or are at heavy work that somebody waits for. With r transactions a
 * second, work takes HALF / (HALF + r) of the time; it never stands still, and on a quiet database it does not rest at
 * all.
 */
export class Pace {
  private counted: { at: number; total: number } | undefined;
  private perSecond = 0;
  private readonly now: () => number;
  private readonly sleep: (ms: number) => Promise<unknown>;

  constructor(private readonly ports: PacePorts) {
    this.now = ports.now ?? (() => performance.now());
    this.sleep = ports.sleep ?? ((ms) => sleep(ms));
  }

  /** Rests after a piece of work of `workedMs` milliseconds; five seconds at most. */
  async rest(workedMs: number): Promise<void> {
    let seen = await this.look();
    const others = Math.max(0, this.perSecond - QUIET_PER_SECOND);
    let left = MOST_REST_MS - (await this.pause(Math.min(MOST_REST_MS, (workedMs * others) / HALF_PER_SECOND)));
    // A quiet database may have a crowd for a moment; only where others keep coming does it grow.
    const crowd = others > 0 ? CROWD : Infinity;
    while (left > 0 && (seen.awaited || seen.active > crowd)) {
      left -= await this.pause(Math.min(left, LOOK_MS));
      seen = await this.look();
    }
  }

  /** Waits, before a piece of work, while others are at heavy work that somebody waits for; five seconds at most. */
  async giveWay(): Promise<void> {
    let left = MOST_REST_MS;
    while (left > 0 && (await this.look()).awaited) left -= await this.pause(Math.min(left, LOOK_MS));
  }

  private async pause(ms: number): Promise<number> {
    if (ms >= 1) await this.sleep(ms);
    return ms;
  }

  /** Counts transactions, and answers what others are at. */
  private async look(): Promise<{ active: number; awaited: boolean }> {
    const at = this.now();
    const { transactions, active, awaited } = await this.ports.others();
    if (!this.counted || transactions < this.counted.total - MOST_LAG) this.counted = { at, total: transactions };
    if (at - this.counted.at >= COUNT_MS) {
      // The most there ever were: what a count has lost by lagging, it does not find as new when it catches up.
      const total = Math.max(this.counted.total, transactions);
      this.perSecond = (1_000 * (total - this.counted.total)) / (at - this.counted.at);
      this.counted = { at, total };
    }
    return { active, awaited };
  }
}
