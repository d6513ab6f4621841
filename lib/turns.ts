/**
 * Lets work of one key run one after another, in the order in which it was asked for, and work of different keys side by
 * side. For work that would only wait for the same lock: what waits here holds no connection. It decides nothing, since
 * other processes take no turns; and nobody waits for longer than `patienceMs`.
 */
export class Turns {
  private readonly last = new Map<string, Promise<unknown>>();

  constructor(private readonly patienceMs: number) {}

  /** Answers what the work answers, and throws what it throws; what came before and failed is no concern of it. */
  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.last.get(key);
    const mine = before ? this.patiently(before).then(work) : work();
    const over = mine.then(ignored, ignored);
    this.last.set(key, over);
    try {
      return await mine;
    } finally {
      if (this.last.get(key) === over) this.last.delete(key);
    }
  }

  private patiently(before: Promise<unknown>): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.patienceMs);
      void before.then(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

const ignored = (): void => undefined;
