import type { Lead } from "../schemas";
import { type LeadChange, withChange } from "./fact-steps";

/**
 * What one person writes on one lead's page, one after the other: each begins with the version that the one before has
 * left, and what is still to be saved stays in sight over what has been.
 */
export class OwnWrites {
  private last: Promise<unknown> = Promise.resolve();
  private tasks = 0;
  private pending: LeadChange[] = [];
  private readonly followers = new Map<number, number>();
  private newest: Lead | undefined;

  /** `onIdle` is called whenever nothing is left to do. */
  constructor(private readonly onIdle: () => void) {}

  /** Whether something is being written or waits for it. */
  get busy(): boolean {
    return this.tasks > 0;
  }

  /** Runs a task once all that was asked for before is done. It says itself what went wrong. */
  inTurn(task: () => Promise<void>): void {
    this.tasks += 1;
    this.last = this.last
      .then(task)
      .catch((error: unknown) => reportError(error))
      .finally(() => {
        this.tasks -= 1;
        if (this.tasks === 0) this.onIdle();
      });
  }

  /** A change is in sight that is not saved yet. */
  begin(change: LeadChange): void {
    this.pending.push(change);
  }

  /** It is settled, saved or not. */
  end(change: LeadChange): void {
    this.pending = this.pending.filter((each) => each !== change);
  }

  saved(from: number, lead: Lead): void {
    if (lead.version !== from) this.followers.set(from, lead.version);
    this.newest = lead;
  }

  /** The version that is there if nobody but this person has written the lead since `seen`. */
  versionOf(seen: number): number {
    let version = seen;
    for (let next = this.followers.get(version); next !== undefined; next = this.followers.get(version)) version = next;
    return version;
  }

  /** The lead as it was last saved or read: an answer that was under way meanwhile may be older. */
  latest(read: Lead): Lead {
    return this.newest && this.newest.version > read.version ? this.newest : read;
  }

  /** A lead with what is still to be saved. */
  shownOn(lead: Lead): Lead {
    return this.pending.reduce(withChange, lead);
  }
}
