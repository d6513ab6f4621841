import { setImmediate } from "node:timers/promises";
import { FRAME_MS } from "./contract";

/** Something that is to happen at a time of the carrier. */
export interface Appointment {
  /** It does not happen any more; nothing once it has. */
  cancel(): void;
}

interface Due extends Appointment {
  at: number;
  happen(): void;
  /** Waits for it anew, after the clock was put ahead. */
  wait(): void;
}

/**
 * The time that calls live by: real time, and what it was put ahead by for tests. Ringing, waiting, pauses, limits,
 * sound and the times of resources follow it. What concerns real connections does not: timeouts of requests, heartbeats
 * of sockets, and tokens, which the product dates by its own clock. There is one in a process, for every carrier in it.
 */
export class CarrierClock {
  private aheadMs = 0;
  private readonly due = new Set<Due>();
  private readonly frames = new Set<() => void>();
  private readonly underWay = new Set<Promise<unknown>>();
  private turns: Promise<void> = Promise.resolve();

  /** Milliseconds since 1970. */
  now(): number {
    return Date.now() + this.aheadMs;
  }

  date(): Date {
    return new Date(this.now());
  }

  /** Milliseconds that it is ahead of real time. */
  get ahead(): number {
    return this.aheadMs;
  }

  /** Has `work` happen `ms` milliseconds from now. */
  after(ms: number, work: () => void): Appointment {
    let timer: NodeJS.Timeout | undefined;
    const due: Due = {
      at: this.now() + ms,
      happen: () => {
        due.cancel();
        work();
      },
      wait: () => {
        clearTimeout(timer);
        timer = setTimeout(due.happen, Math.max(0, due.at - this.now()));
      },
      cancel: () => {
        clearTimeout(timer);
        this.due.delete(due);
      },
    };
    this.due.add(due);
    due.wait();
    return due;
  }

  /** Calls `onFrame` for each 20 ms that the clock is put ahead; gives back what ends that. */
  onFrame(onFrame: () => void): () => void {
    this.frames.add(onFrame);
    return () => this.frames.delete(onFrame);
  }

  /** Work in real time that the clock waits for before it goes on ahead: a request to the product, words being spoken. */
  async holdFor<T>(work: Promise<T>): Promise<T> {
    this.underWay.add(work);
    try {
      return await work;
    } finally {
      this.underWay.delete(work);
    }
  }

  /**
   * Goes ahead by `ms` milliseconds: everything that falls into them happens, each at its time and in its order, with
   * the webhooks it makes answered before the next. One after another when asked for several times at once.
   */
  async goAhead(ms: number): Promise<void> {
    const turn = this.turns.then(() => this.go(ms));
    this.turns = turn.catch(() => undefined);
    await turn;
  }

  private async go(ms: number): Promise<void> {
    const goal = this.aheadMs + ms;
    try {
      await this.settled();
      while (this.aheadMs < goal) {
        this.aheadMs = Math.min(goal, this.aheadMs + this.stepMs());
        for (const each of this.frames) each();
        this.keepAppointments();
        await this.settled();
      }
    } finally {
      for (const each of this.due) each.wait();
    }
  }

  /** Sound goes in frames; where there is none, at once to what happens next. */
  private stepMs(): number {
    if (this.frames.size > 0) return FRAME_MS;
    const next = Math.min(...[...this.due].map(({ at }) => at));
    return Math.max(1, next - this.now());
  }

  private keepAppointments(): void {
    const now = this.now();
    const ripe = [...this.due].filter(({ at }) => at <= now).toSorted((one, other) => one.at - other.at);
    // One may call off another that is as ripe as itself.
    for (const each of ripe) if (this.due.has(each)) each.happen();
  }

  /** Until what has just happened has had its consequences. */
  private async settled(): Promise<void> {
    await setImmediate();
    while (this.underWay.size > 0) {
      await Promise.allSettled(this.underWay);
      await setImmediate();
    }
  }
}

export const clock = new CarrierClock();
