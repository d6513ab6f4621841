import { hash } from "node:crypto";

/** Places of the first table; it grows by doubling once half of them are taken. */
const FIRST_PLACES = 8_192;
/** Numbers of one place: two halves of a hash, and the row. 0 as the row: nobody has it. */
const WIDTH = 3;

/**
 * The row in which each of a million texts stood first, in 24 to 48 bytes a text. The texts themselves are not kept but
 * their hashes of 64 bits: that two of a million have the same happens once in some thirty million files, and a dry run then
 * takes one row's lead for another's.
 */
export class FirstRows {
  private table = new Uint32Array(FIRST_PLACES * WIDTH);
  private size = 0;

  /** The row (from 1) in which the text stood first; undefined for one that is new. */
  of(text: string): number | undefined {
    const at = this.placeOf(...hashOf(text));
    return this.table[at + 2] || undefined;
  }

  /** Remembers the row, unless the text has one. */
  add(text: string, row: number): void {
    if ((this.size + 1) * WIDTH * 2 > this.table.length) this.grow();
    const hash = hashOf(text);
    const at = this.placeOf(...hash);
    if (this.table[at + 2] !== 0) return;
    this.table.set([...hash, row], at);
    this.size += 1;
  }

  /** Where the hash stands, or is to stand. */
  private placeOf(high: number, low: number): number {
    const { table } = this;
    const places = table.length / WIDTH;
    for (let place = low % places; ; place = (place + 1) % places) {
      const at = place * WIDTH;
      if (table[at + 2] === 0 || (table[at] === high && table[at + 1] === low)) return at;
    }
  }

  private grow(): void {
    const old = this.table;
    this.table = new Uint32Array(old.length * 2);
    for (let from = 0; from < old.length; from += WIDTH) {
      const [high = 0, low = 0, row = 0] = old.subarray(from, from + WIDTH);
      if (row !== 0) this.table.set([high, low, row], this.placeOf(high, low));
    }
  }
}

/** The first 64 bits of a text's SHA-1. */
function hashOf(text: string): [high: number, low: number] {
  const digest = hash("sha1", text, "hex");
  return [Number.parseInt(digest.slice(0, 8), 16), Number.parseInt(digest.slice(8, 16), 16)];
}
