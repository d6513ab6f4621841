import { clock } from "../clock";
import { pause } from "../cancellation";

/** Twilio's limit of REST-created calls a second: what is over it waits its turn, in order. */
export class DialBudget {
  private perSecond: number;
  private nextFreeAt = 0;

  constructor(perSecond: number) {
    this.perSecond = perSecond;
  }

  get callsPerSecond(): number {
    return this.perSecond;
  }

  setCallsPerSecond(value: number): void {
    this.perSecond = value;
    this.nextFreeAt = Math.min(this.nextFreeAt, clock.now());
  }

  /** Milliseconds until a call asked for now would be dialled. */
  waitMs(): number {
    return Math.max(0, this.nextFreeAt - clock.now() - this.burstMs());
  }

  /** Waits for a place; "stopped" when the signal ended first (its place stays used, as with Twilio's queue). */
  async take(signal: AbortSignal): Promise<"elapsed" | "stopped"> {
    const now = clock.now();
    const wait = this.waitMs();
    this.nextFreeAt = Math.max(this.nextFreeAt, now) + 1_000 / this.perSecond;
    return wait === 0 ? (signal.aborted ? "stopped" : "elapsed") : await pause(wait, signal);
  }

  /** A second's worth may start at once: the limit counts calls in a second, not gaps between them. */
  private burstMs(): number {
    return 1_000 - 1_000 / this.perSecond;
  }
}
