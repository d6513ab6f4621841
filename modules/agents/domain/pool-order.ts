import type { Seat } from "./deal-seat";

/**
 * The agents of one pool in the order in which a strategy gives them leads. An agent is in it while it has room (and,
 * with a split, something of its share left). Operations are at most logarithmic in the number of agents.
 */
export interface PoolOrder {
  /** Puts an agent in who has room. */
  enter(seat: Seat): void;
  /** Takes an agent out who is full or has had its share. */
  leave(seat: Seat): void;
  /**
   * Who gets the next lead; undefined when there is nobody. `owner` is the lead's agent when it is full, and so not in
   * the order: the lead may stay there, since that needs no room.
   */
  next(owner: Seat | undefined): Seat | undefined;
  /** The lead went to this agent, whose counters have been moved on. */
  took(seat: Seat): void;
  /** What the strategy counts of an agent: turns, or leads of this deal. */
  count(seat: Seat): number;
}
