import type { Seat } from "./deal-seat";
import { Heap } from "./heap";
import type { PoolOrder } from "./pool-order";

interface Entry {
  readonly seat: Seat;
  /** Leads this pool has given it. */
  given: number;
  present: boolean;
  /** The first lead of the pool, counted from 1, for which it is not ahead of its exact share. */
  due: number;
  queue: "ready" | "waiting" | "none";
  sortedCursor: number;
}

/**
 * capacity_based: the quota method of Balinski and Young (The American Mathematical Monthly 82, 1975). Of the agents
 * who are not ahead of their exact share of the leads so far, next is the one with the greatest room / (given + 1):
 * the most room first, then in proportion to it. After every prefix each agent is within one lead of its exact share
 * (room over all room, times leads), strictly, while nobody is full for another reason than these leads; and leads as
 * many as there is room are dealt to the last place. The simpler highest averages (Webster, as in leads-1) drift from
 * the share by several leads where one agent has much more room than many others.
 */
export class ShareOrder implements PoolOrder {
  private readonly entries = new Map<Seat, Entry>();
  private readonly ready = new Heap<Entry>(byClaim);
  private readonly waiting = new Heap<Entry>((one, other) => ascending(one.due, other.due) || byClaim(one, other));
  private readonly room: number;
  private dealt = 0;

  constructor(members: readonly Seat[], isThere: (seat: Seat) => boolean) {
    this.room = members.reduce((sum, seat) => sum + seat.room, 0);
    for (const seat of members) {
      const due = seat.room === 0 ? Number.POSITIVE_INFINITY : 1;
      const present = isThere(seat);
      const entry: Entry = { seat, given: 0, present, due, queue: "none", sortedCursor: seat.cursor };
      this.entries.set(seat, entry);
      if (present) this.put(entry);
    }
  }

  enter(seat: Seat): void {
    const entry = this.entries.get(seat);
    if (!entry || entry.present) return;
    entry.present = true;
    if (entry.queue === "none") this.put(entry);
  }

  leave(seat: Seat): void {
    const entry = this.entries.get(seat);
    if (entry) entry.present = false;
  }

  next(owner: Seat | undefined): Seat | undefined {
    for (let due = this.waiting.peek(); due && due.due <= this.dealt + 1; due = this.waiting.peek()) {
      this.waiting.pop();
      due.queue = "none";
      if (due.present) this.put(due);
    }
    // Where some are full the others may all be ahead of what was their share: then the least so.
    const chosen = first(this.ready) ?? first(this.waiting);
    return chosen?.seat ?? (owner && this.entries.get(owner)?.seat);
  }

  took(seat: Seat): void {
    this.dealt += 1;
    const entry = this.entries.get(seat);
    if (!entry) return;
    entry.given += 1;
    // given < room * n / all room holds from this n on.
    const { room } = seat;
    entry.due = room === 0 ? Number.POSITIVE_INFINITY : Math.floor((entry.given * this.room) / room) + 1;
    if (entry.queue === "none") return;
    (entry.queue === "ready" ? this.ready : this.waiting).pop();
    this.put(entry);
  }

  count(seat: Seat): number {
    return this.entries.get(seat)?.given ?? 0;
  }

  private put(entry: Entry): void {
    entry.sortedCursor = entry.seat.cursor;
    entry.queue = entry.due <= this.dealt + 1 ? "ready" : "waiting";
    (entry.queue === "ready" ? this.ready : this.waiting).push(entry);
  }
}

/** The first who is there, with the heap put in order as far as it was looked at. */
function first(heap: Heap<Entry>): Entry | undefined {
  for (;;) {
    const top = heap.peek();
    if (!top) return undefined;
    if (!top.present) {
      heap.pop();
      top.queue = "none";
    } else if (top.sortedCursor === top.seat.cursor) {
      return top;
    } else {
      top.sortedCursor = top.seat.cursor;
      heap.settleTop();
    }
  }
}

/** Products instead of quotients, so that equal claims are exactly equal. */
function byClaim(one: Entry, other: Entry): number {
  return (
    (one.given + 1) * other.seat.room - (other.given + 1) * one.seat.room ||
    (one.seat.room === 0 ? one.given - other.given : 0) ||
    other.seat.score - one.seat.score ||
    one.sortedCursor - other.sortedCursor ||
    one.seat.draw - other.seat.draw
  );
}

const ascending = (one: number, other: number): number => (one < other ? -1 : one > other ? 1 : 0);
