import type { ChannelPort } from "@/modules/twilio-voice/client/tab-link";
import type { LockPort } from "@/modules/twilio-voice/client/tab-leadership";

/** What the tabs of one browser share: locks that go to the next in line, and channels by which they talk. */
export class FakeBrowser {
  private readonly queue: (() => void)[] = [];
  private held = false;
  private readonly ends = new Set<ChannelPort>();

  readonly locks: LockPort = {
    request: (_name, { signal }, callback) =>
      new Promise((resolve, reject) => {
        const take = (): void => {
          if (signal.aborted) return this.next();
          this.held = true;
          void callback().then(() => {
            this.next();
            resolve(undefined);
          });
        };
        signal.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
        if (this.held) this.queue.push(take);
        else take();
      }),
  };

  openChannel(): ChannelPort {
    const end: ChannelPort = {
      onmessage: null,
      postMessage: (message) => {
        const copy: unknown = structuredClone(message);
        for (const other of this.ends) {
          if (other !== end) queueMicrotask(() => other.onmessage?.({ data: copy } as MessageEvent));
        }
      },
      close: () => this.ends.delete(end),
    };
    this.ends.add(end);
    return end;
  }

  private next(): void {
    this.held = false;
    this.queue.shift()?.();
  }
}
