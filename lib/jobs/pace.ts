import { setTimeout as sleep } from "node:timers/promises";

/** What a pace looks at and waits by; tests bring their own. */
export interface PacePorts {
  /** Transactions the database has ended so far, anybody's, and connections of others at work right now. */
  others(): Promise<{ transactions: number; active: number }>;
  now?(): number;
  sleep?(ms: number): Promise<unknown>;
}

/** Milliseconds between two counts. PostgreSQL's own is up to a second behind. */
const COUNT_MS = 1_000;
/** Transactions a second that loops and open pages make while nobody asks for anything. */
const QUIET_PER_SECOND = 20;
/** Transactions a second above these at which background work takes half of the time. */
const HALF_PER_SECOND = 25;
/** Connections at work above which others wait for each other already, and milliseconds until the next look. */
const CROWD = 2;
const CROWD_LOOK_MS = 100;
const MOST_REST_MS = 5_000;

/**
 * Lets background work give way to what people wait for: after each piece of it comes a rest, the longer the more
 * transactions others make, and on while they crowd. With r transactions a second, work takes HALF / (HALF + r) of the
 * time; it never stands still, and on a quiet database it does not rest at all.
 */
export class Pace {
  private counted: { at: number; total: number } | undefined;
  private perSecond = 0;
  /** Transactions of the paced work itself since the last count: its pieces, and the looks at others. */
  private own = 0;
  private readonly now: () => number;
  private readonly sleep: (ms: number) => Promise<unknown>;

  constructor(private readonly ports: PacePorts) {
    this.now = ports.now ?? (() => performance.now());
    this.sleep = ports.sleep ?? ((ms) => sleep(ms));
  }

  /** Rests after a piece of work, one transaction of `workedMs` milliseconds; five seconds at most. */
  async rest(workedMs: number): Promise<void> {
    this.own += 1;
    let active = await this.look();
    const others = Math.max(0, this.perSecond - QUIET_PER_SECOND);
    let left = MOST_REST_MS - (await this.pause(Math.min(MOST_REST_MS, (workedMs * others) / HALF_PER_SECOND)));
    // A quiet database may have a crowd for a moment; only where others keep coming does it grow.
    if (others === 0) return;
    while (left > 0 && active > CROWD) {
      left -= await this.pause(Math.min(left, CROWD_LOOK_MS));
      active = await this.look();
    }
  }

  private async pause(ms: number): Promise<number> {
    if (ms >= 1) await this.sleep(ms);
    return ms;
  }

  /** Counts transactions, and answers how many connections are at work. */
  private async look(): Promise<number> {
    const at = this.now();
    const { transactions, active } = await this.ports.others();
    this.own += 1;
    if (!this.counted || at - this.counted.at >= COUNT_MS) {
      if (this.counted) {
        const ended = Math.max(0, transactions - this.counted.total - this.own);
        this.perSecond = (1_000 * ended) / (at - this.counted.at);
      }
      this.counted = { at, total: transactions };
      this.own = 0;
    }
    return active;
  }
}
