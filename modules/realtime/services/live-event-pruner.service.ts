/** Deletes events nobody can resume from any more. */
export interface PrunableEvents {
  prune(keepSeconds: number, limit: number): Promise<number>;
}

const BATCH = 5_000;
/** Batches a round: the rest waits for the next one. */
const ROUNDS = 20;

/** Keeps the table of live events short. */
export class LiveEventPruner {
  constructor(
    private readonly events: PrunableEvents,
    private readonly keepSeconds: number,
  ) {}

  /** Deletes what is older than the time events are kept, in bounded statements; answers how many rows went. */
  async prune(): Promise<number> {
    let total = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const deleted = await this.events.prune(this.keepSeconds, BATCH);
      total += deleted;
      if (deleted < BATCH) break;
    }
    return total;
  }
}
