import { FileRefused } from "../domain/file-refusal";
import { LIMITS } from "../domain/limits";

const BLOCK_BYTES = 1_048_576;
const FIRST_PLACES = 4_096;

/**
 * Many texts in little room: their bytes in blocks, and where each begins and ends. As strings of the language they would
 * take several times as much, and hold on to what they were cut from.
 */
export class TextPool {
  private readonly blocks: Buffer[] = [];
  private used = BLOCK_BYTES;
  private bytes = 0;
  /** Of each text: its block, where it begins there, its bytes. */
  private places = new Uint32Array(FIRST_PLACES * 3);
  size = 0;

  /** Throws FileRefused beyond the bounds of shared texts. */
  add(text: string): void {
    const bytes = Buffer.from(text);
    this.bytes += bytes.length;
    if (this.size >= LIMITS.sharedTexts || this.bytes > LIMITS.sharedTextBytes) throw tooMany();
    if (this.used + bytes.length > BLOCK_BYTES) {
      this.blocks.push(Buffer.allocUnsafeSlow(Math.max(BLOCK_BYTES, bytes.length)));
      this.used = 0;
    }
    const block = this.blocks.length - 1;
    bytes.copy(this.blocks[block] ?? Buffer.alloc(0), this.used);
    if (this.size * 3 === this.places.length) {
      const larger = new Uint32Array(this.places.length * 2);
      larger.set(this.places);
      this.places = larger;
    }
    this.places.set([block, this.used, bytes.length], this.size * 3);
    this.used += bytes.length;
    this.size += 1;
  }

  /** The text of a place; empty for one that there is not. */
  at(index: number): string {
    if (!Number.isInteger(index) || index < 0 || index >= this.size) return "";
    const [block = 0, from = 0, length = 0] = this.places.subarray(index * 3, index * 3 + 3);
    return this.blocks[block]?.toString("utf8", from, from + length) ?? "";
  }
}

const tooMany = (): FileRefused => {
  const texts = LIMITS.sharedTexts.toLocaleString("en");
  const size = LIMITS.sharedTextBytes / 1_048_576;
  return new FileRefused(
    "unpacks_too_large",
    `The workbook has more than ${texts} different texts, or more than ${size} MiB of them. Save it as CSV, or in parts.`,
  );
};
