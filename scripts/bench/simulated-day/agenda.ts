interface Entry<T> {
  at: number;
  order: number;
  what: T;
}

/** What happens next: a heap by time; equal times in the order they were entered. */
export class Agenda<T> {
  private readonly heap: Entry<T>[] = [];
  private entered = 0;

  add(at: number, what: T): void {
    const heap = this.heap;
    heap.push({ at, order: (this.entered += 1), what });
    let child = heap.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.before(child, parent)) return;
      this.swap(child, parent);
      child = parent;
    }
  }

  /** Takes out what comes first; undefined when nothing is left. */
  next(): { at: number; what: T } | undefined {
    const heap = this.heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    heap[0] = last;
    for (let parent = 0; ;) {
      let least = parent;
      for (const child of [2 * parent + 1, 2 * parent + 2]) {
        if (child < heap.length && this.before(child, least)) least = child;
      }
      if (least === parent) return first;
      this.swap(parent, least);
      parent = least;
    }
  }

  private before(a: number, b: number): boolean {
    const [one, other] = [this.heap[a], this.heap[b]];
    if (!one || !other) return false;
    return one.at < other.at || (one.at === other.at && one.order < other.order);
  }

  private swap(a: number, b: number): void {
    const [one, other] = [this.heap[a], this.heap[b]];
    if (!one || !other) return;
    this.heap[a] = other;
    this.heap[b] = one;
  }
}
