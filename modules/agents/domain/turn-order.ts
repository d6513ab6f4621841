import { byCursor, type Seat } from "./deal-seat";
import { Heap } from "./heap";
import type { PoolOrder } from "./pool-order";

/** An agent's standing in one pool. */
interface Entry {
  readonly seat: Seat;
  turns: number;
  present: boolean;
  queued: boolean;
  /** What the heap has it sorted by. Both only ever grow, so a stale entry stands too far ahead, never behind. */
  sortedTurns: number;
  sortedCursor: number;
}

const bySorted = (one: Entry, other: Entry): number =>
  one.sortedTurns - other.sortedTurns || one.sortedCursor - other.sortedCursor || one.seat.draw - other.seat.draw;

/** round_robin: the fewest turns in this pool first. manual: the fewest leads of the request first, by `countAll`. */
export class TurnOrder implements PoolOrder {
  private readonly entries = new Map<Seat, Entry>();
  private readonly heap = new Heap<Entry>(bySorted);

  /**
   * `turnsOf` says what each member begins with, nobody below `level`; `isThere` who can be given leads from the start.
   */
  constructor(
    members: readonly Seat[],
    turnsOf: (seat: Seat) => number,
    isThere: (seat: Seat) => boolean,
    /** The turns of whoever had the last lead, before it: nobody who is there has fewer, or more than one more. */
    private level: number,
    private readonly countAll: boolean,
  ) {
    for (const seat of members) {
      const present = isThere(seat);
      const turns = turnsOf(seat);
      const entry = { seat, turns, present, queued: false, sortedTurns: turns, sortedCursor: seat.cursor };
      this.entries.set(seat, entry);
      if (present) this.queue(entry);
    }
  }

  enter(seat: Seat): void {
    const entry = this.entries.get(seat);
    if (!entry || entry.present) return;
    entry.turns = this.lifted(entry);
    entry.present = true;
    if (!entry.queued) this.queue(entry);
  }

  leave(seat: Seat): void {
    const entry = this.entries.get(seat);
    if (entry) entry.present = false;
  }

  next(owner: Seat | undefined): Seat | undefined {
    const first = this.first();
    const own = owner && this.entries.get(owner);
    if (!own || own.present) return first?.seat;
    if (!first) return own.seat;
    const ahead =
      this.counted(own, this.lifted(own)) - this.counted(first, first.turns) || byCursor(own.seat, first.seat);
    return ahead < 0 ? own.seat : first.seat;
  }

  took(seat: Seat): void {
    const entry = this.entries.get(seat);
    if (!entry) return;
    if (!entry.present) entry.turns = this.lifted(entry);
    this.level = Math.max(this.level, entry.turns);
    entry.turns += 1;
  }

  /** Each member's turns now, and whether it is in the order. */
  standings(): { agentId: string; turns: number; present: boolean }[] {
    return [...this.entries.values()].map(({ seat, turns, present }) => ({ agentId: seat.agentId, turns, present }));
  }

  count(seat: Seat): number {
    const entry = this.entries.get(seat);
    return entry ? this.counted(entry, entry.present ? entry.turns : this.lifted(entry)) : 0;
  }

  private counted(entry: Entry, turns: number): number {
    return this.countAll ? entry.seat.given : turns;
  }

  /** The turns of one who comes back: their own while nobody has overtaken them, else what the others have. */
  private lifted(entry: Entry): number {
    if (entry.turns >= this.level) return entry.turns;
    return this.first()?.turns ?? this.level;
  }

  /** The first who is there, with the heap put in order as far as it was looked at. */
  private first(): Entry | undefined {
    for (;;) {
      const top = this.heap.peek();
      if (!top) return undefined;
      if (!top.present) {
        this.heap.pop();
        top.queued = false;
        continue;
      }
      const turns = this.counted(top, top.turns);
      if (top.sortedTurns === turns && top.sortedCursor === top.seat.cursor) return top;
      top.sortedTurns = turns;
      top.sortedCursor = top.seat.cursor;
      this.heap.settleTop();
    }
  }

  private queue(entry: Entry): void {
    entry.sortedTurns = this.counted(entry, entry.turns);
    entry.sortedCursor = entry.seat.cursor;
    entry.queued = true;
    this.heap.push(entry);
  }
}
