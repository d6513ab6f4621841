/** Tells any number of listeners once that the far end is gone; those who come later are told at once. */
export class HangupSignal {
  private readonly listeners = new Set<() => void>();
  private fired = false;

  /** Returns what takes the listener away again. */
  listen(listener: () => void): () => void {
    if (this.fired) {
      queueMicrotask(listener);
      return () => undefined;
    }
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  fire(): void {
    if (this.fired) return;
    this.fired = true;
    const told = [...this.listeners];
    this.listeners.clear();
    for (const listener of told) listener();
  }
}
