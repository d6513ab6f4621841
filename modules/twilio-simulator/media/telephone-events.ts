const KEYS = "0123456789*#";
/** Enough for packets of neighbouring keys that overtake each other. */
const REMEMBERED_EVENTS = 8;

/**
 * Reads keys from telephone-event payloads (RFC 4733, section 2.3). A key arrives as many packets with one timestamp;
 * it is reported by the first of them that gets through, and only once.
 */
export class TelephoneEvents {
  private readonly seen: number[] = [];

  /** The key of a payload heard for the first time: 0-9 * #. Null for repetitions, other events and broken payloads. */
  read(timestamp: number, payload: Uint8Array): string | null {
    const event = payload[0];
    if (event === undefined || payload.length < 4) return null;
    if (this.seen.includes(timestamp)) return null;
    this.seen.push(timestamp);
    if (this.seen.length > REMEMBERED_EVENTS) this.seen.shift();
    return KEYS[event] ?? null;
  }
}
