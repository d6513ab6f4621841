/** A binary heap: the least item by `compare` first, in O(log n) an operation. */
export class Heap<T> {
  private readonly items: T[] = [];

  /** `compare` is below 0 when the first comes before the second. */
  constructor(private readonly compare: (one: T, other: T) => number) {}

  get size(): number {
    return this.items.length;
  }

  peek(): T | undefined {
    return this.items[0];
  }

  push(item: T): void {
    this.items.push(item);
    let place = this.items.length - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (this.compare(item, this.at(parent)) >= 0) break;
      this.items[place] = this.at(parent);
      place = parent;
    }
    this.items[place] = item;
  }

  pop(): T | undefined {
    const top = this.items[0];
    const last = this.items.pop();
    if (top === undefined || last === undefined || this.items.length === 0) return top;
    this.items[0] = last;
    this.settleTop();
    return top;
  }

  /** Puts the first item where it belongs after what it is compared by has grown. */
  settleTop(): void {
    const item = this.items[0];
    if (item === undefined) return;
    const count = this.items.length;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= count) break;
      if (child + 1 < count && this.compare(this.at(child + 1), this.at(child)) < 0) child += 1;
      if (this.compare(this.at(child), item) >= 0) break;
      this.items[place] = this.at(child);
      place = child;
    }
    this.items[place] = item;
  }

  private at(place: number): T {
    return this.items[place] as T;
  }
}
