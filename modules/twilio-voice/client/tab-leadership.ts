/** The part of the Web Locks API that leadership needs. */
export interface LockPort {
  request(name: string, options: { signal: AbortSignal }, held: () => Promise<void>): Promise<unknown>;
}

/**
 * Elects one tab of this browser. The tab that holds the lock leads until it resigns, is closed, or crashes: the
 * browser then hands the lock to the next tab by itself. Without Web Locks (no secure context) every tab leads, and the
 * server's "superseded" answer keeps them apart.
 */
export class TabLeadership {
  private release: (() => void) | undefined;
  private readonly aborter = new AbortController();

  constructor(
    private readonly name: string,
    private readonly locks: LockPort | undefined,
    private readonly onElected: () => void,
  ) {}

  /** Begins to wait for the lock; `onElected` is called once, when this tab leads. */
  campaign(): void {
    if (this.locks === undefined) return this.onElected();
    const term = new Promise<void>((resolve) => {
      this.release = resolve;
    });
    const held = async (): Promise<void> => {
      if (this.aborter.signal.aborted) return;
      this.onElected();
      await term;
    };
    this.locks.request(this.name, { signal: this.aborter.signal }, held).catch(() => {
      // Resigning while still waiting aborts the request, which is no failure. Where locks fail otherwise, every tab
      // leads, as without them.
      if (!this.aborter.signal.aborted) this.onElected();
    });
  }

  /** Gives the lock up, or stops waiting for it. */
  resign(): void {
    this.aborter.abort();
    this.release?.();
  }
}
