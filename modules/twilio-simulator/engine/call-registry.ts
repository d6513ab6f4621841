import type { Call } from "./call";

/** Ended calls kept for REST and the control API; Twilio keeps them for months, tests need the last few. */
const MOST_ENDED = 5_000;

/** Every live call, and the last ended ones. */
export class CallRegistry {
  private readonly bySid = new Map<string, Call>();

  add(call: Call): void {
    this.bySid.set(call.sid, call);
    if (this.bySid.size > MOST_ENDED) this.forgetOldest();
  }

  find(sid: string): Call | undefined {
    return this.bySid.get(sid);
  }

  /** Newest first, as Twilio lists them. */
  list(): Call[] {
    return [...this.bySid.values()].reverse();
  }

  live(): Call[] {
    return [...this.bySid.values()].filter((call) => !call.ended);
  }

  remove(sid: string): void {
    this.bySid.delete(sid);
  }

  clear(): void {
    this.bySid.clear();
  }

  private forgetOldest(): void {
    for (const call of this.bySid.values()) {
      if (this.bySid.size <= MOST_ENDED) return;
      if (call.ended) this.bySid.delete(call.sid);
    }
  }
}
