/** What is to happen in virtual time: at a second of the day. */
interface Item {
  at: number;
  order: number;
  act: () => Promise<void>;
}

/** Acts in the order of their times; of two at the same time, the one that was put down first. */
export class Agenda {
  private items: Item[] = [];
  private order = 0;
  /** Seconds since the beginning of the day. */
  now = 0;

  in(seconds: number, act: () => Promise<void>): void {
    const item = { at: this.now + Math.max(0, seconds), order: (this.order += 1), act };
    let [low, high] = [0, this.items.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      // Latest first, so that the next one is taken from the end.
      if ((this.items[middle]?.at ?? 0) > item.at) low = middle + 1;
      else high = middle;
    }
    this.items.splice(low, 0, item);
  }

  /** Runs until `end`; `before` is told the time of each act. */
  async run(end: number, before: (at: number) => Promise<void>): Promise<void> {
    for (let item = this.items.pop(); item && item.at <= end; item = this.items.pop()) {
      this.now = item.at;
      await before(item.at);
      await item.act();
    }
  }
}
