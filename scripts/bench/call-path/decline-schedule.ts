/** What became of a schedule of declines, by the process's clock in milliseconds. */
export interface Declines {
  /** Milliseconds since 1970 at which the first was due, and the last was taken. */
  from: number;
  to: number;
  /** How long each was due before a phone rang that could take it. */
  late: number[];
}

/** How often the clock is looked at. */
const LOOK_MS = 2;

/**
 * Declines at an even rate whatever the product does: when one is due, the phone that has rung longest takes it, or the
 * next that rings. Until the schedule begins, and after its end, phones ring on.
 */
export class DeclineSchedule {
  /** Phones that ring, the longest first. */
  private readonly ringing = new Set<() => void>();

  /** A phone begins to ring: `decline` is called when it is its turn. Answers what to call when it rings no more. */
  rings(decline: () => void): () => void {
    this.ringing.add(decline);
    return () => this.ringing.delete(decline);
  }

  /** Declines `count` times, `aSecond` a second; resolves when the last has been taken. */
  run({ aSecond, count }: { aSecond: number; count: number }): Promise<Declines> {
    const begin = performance.now();
    const from = Date.now();
    const late: number[] = [];
    return new Promise((resolve) => {
      const timer = setInterval(() => {
        for (const decline of this.ringing) {
          const due = begin + (late.length * 1_000) / aSecond;
          if (late.length >= count || due > performance.now()) break;
          late.push(performance.now() - due);
          this.ringing.delete(decline);
          decline();
        }
        if (late.length < count) return;
        clearInterval(timer);
        resolve({ from, to: Date.now(), late });
      }, LOOK_MS);
    });
  }
}
