import type { Seat } from "./deal-seat";
import type { PoolOrder } from "./pool-order";
import { EXPLORED_SHARE, SCORE_FLOOR } from "./strategies";

/**
 * performance_weighted: each lead is drawn. An agent's chance among those with room is
 * (1 - EXPLORED_SHARE) * score / (all scores) + EXPLORED_SHARE / (agents), a score counting for SCORE_FLOOR at least.
 */
export class LotteryOrder implements PoolOrder {
  private readonly places = new Map<Seat, number>();
  private readonly weights: number[];
  private readonly present: boolean[];
  private readonly sums: Sums;
  private readonly counts: Sums;

  constructor(
    private readonly members: readonly Seat[],
    isThere: (seat: Seat) => boolean,
    /** Numbers in [0, 1). */
    private readonly random: () => number,
  ) {
    // Whole tenths of a point, so that sums are exact whoever comes and goes.
    this.weights = members.map((seat) => Math.round(Math.max(SCORE_FLOOR, seat.score) * 10));
    this.present = members.map(() => false);
    this.sums = new Sums(members.length);
    this.counts = new Sums(members.length);
    members.forEach((seat, place) => {
      this.places.set(seat, place);
      if (isThere(seat)) this.set(place, true);
    });
  }

  enter(seat: Seat): void {
    this.set(this.places.get(seat), true);
  }

  leave(seat: Seat): void {
    this.set(this.places.get(seat), false);
  }

  next(owner: Seat | undefined): Seat | undefined {
    const place = owner && this.places.get(owner);
    if (place === undefined || this.present[place] === true) return this.draw();
    this.set(place, true);
    const drawn = this.draw();
    this.set(place, false);
    return drawn;
  }

  took(): void {
    // A lead won changes nobody's chance.
  }

  count(seat: Seat): number {
    return seat.given;
  }

  private set(place: number | undefined, present: boolean): void {
    if (place === undefined || this.present[place] === present) return;
    this.present[place] = present;
    this.sums.add(place, present ? (this.weights[place] ?? 0) : -(this.weights[place] ?? 0));
    this.counts.add(place, present ? 1 : -1);
  }

  private draw(): Seat | undefined {
    const [sum, count] = [this.sums.total, this.counts.total];
    if (count === 0) return undefined;
    const drawn = this.random();
    // Walks down both trees at once to the first agent at whom the chances add up to more than what was drawn.
    let [place, weights, agents] = [0, 0, 0];
    for (let step = this.sums.top; step > 0; step >>= 1) {
      const weightsThere = weights + this.sums.node(place + step);
      const agentsThere = agents + this.counts.node(place + step);
      if (place + step > this.members.length) continue;
      if ((1 - EXPLORED_SHARE) * (weightsThere / sum) + EXPLORED_SHARE * (agentsThere / count) > drawn) continue;
      [place, weights, agents] = [place + step, weightsThere, agentsThere];
    }
    return this.members[place] ?? this.last();
  }

  /** Rounding may leave a sliver above the last chance. */
  private last(): Seat | undefined {
    return this.members[this.present.lastIndexOf(true)];
  }
}

/** Sums of the first n numbers, each of which can change, in O(log n) (Fenwick, 1994). */
class Sums {
  /** The largest power of two within the size. */
  readonly top: number;
  total = 0;
  private readonly nodes: number[];

  constructor(size: number) {
    this.nodes = Array.from({ length: size + 1 }, () => 0);
    this.top = size === 0 ? 0 : 2 ** Math.floor(Math.log2(size));
  }

  /** The sum that node `index`, from 1, holds; 0 beyond the end. */
  node(index: number): number {
    return this.nodes[index] ?? 0;
  }

  add(place: number, change: number): void {
    this.total += change;
    for (let index = place + 1; index < this.nodes.length; index += index & -index) {
      this.nodes[index] = (this.nodes[index] ?? 0) + change;
    }
  }
}
