import { AppError } from "./errors";

interface Waiting<I, O> {
  key: string;
  input: I;
  resolve: (output: O) => void;
  reject: (error: unknown) => void;
}

/**
 * Runs many small requests of one kind as few large ones: what arrives in one turn of the event loop leaves together, and
 * while a batch is under way the next one gathers. With `paceMs` no batch begins sooner than that after the one before,
 * unless enough for a full one wait then: many who may wait a moment cost less than each at once. A lone request is not
 * held up.
 * Every caller is answered only when its batch is done; a failed batch fails each of its callers. Two inputs with one
 * key never share a batch. At most `most` wait; beyond that callers are refused with 503 at once.
 */
export class Coalescer<I, O> {
  private waiting: Waiting<I, O>[] = [];
  private running = false;
  private begunAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly keyOf: (input: I) => string,
    private readonly run: (inputs: readonly I[]) => Promise<readonly O[]>,
    private readonly bounds: { batch: number; most: number; paceMs?: number },
  ) {}

  submit(input: I): Promise<O> {
    if (this.waiting.length >= this.bounds.most) {
      return Promise.reject(new AppError(503, "overloaded", "Too much at once; try again in a moment.", {}, 1));
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ key: this.keyOf(input), input, resolve, reject });
      if (!this.running) void this.drain();
    });
  }

  private async drain(): Promise<void> {
    this.running = true;
    while (this.waiting.length > 0) {
      await this.gather();
      const batch = this.take();
      this.begunAt = performance.now();
      try {
        const outputs = await this.run(batch.map((entry) => entry.input));
        batch.forEach((entry, index) => entry.resolve(outputs[index] as O));
      } catch (error) {
        for (const entry of batch) entry.reject(error);
      }
    }
    this.running = false;
  }

  private gather(): Promise<unknown> {
    const early = this.begunAt + (this.bounds.paceMs ?? 0) - performance.now();
    const full = this.waiting.length >= this.bounds.batch;
    return new Promise((resolve) => (early > 0 && !full ? setTimeout(resolve, early) : setImmediate(resolve)));
  }

  private take(): Waiting<I, O>[] {
    const keys = new Set<string>();
    const batch: Waiting<I, O>[] = [];
    const rest: Waiting<I, O>[] = [];
    for (const entry of this.waiting) {
      if (batch.length < this.bounds.batch && !keys.has(entry.key)) {
        keys.add(entry.key);
        batch.push(entry);
      } else {
        rest.push(entry);
      }
    }
    this.waiting = rest;
    return batch;
  }
}
