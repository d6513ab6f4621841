import { type Entry, openPromise, type ZipFile } from "yauzl";
import { FileRefused } from "../domain/file-refusal";
import { LIMITS } from "../domain/limits";
import { notASpreadsheet } from "./file-kind";

/**
 * The parts of a workbook, which is a ZIP archive on the disk. What a part says of its size is not believed: bytes are
 * counted as they are unpacked, over all parts together and against what they were packed in.
 */
export class ZipParts {
  private unpacked = 0;

  private constructor(
    private readonly zip: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
  ) {}

  /** Throws FileRefused for what is no archive, has more parts than any workbook, or is encrypted. */
  static async open(path: string): Promise<ZipParts> {
    const zip = await openPromise(path, { autoClose: false, lazyEntries: true, validateEntrySizes: true }).catch(
      (error: unknown) => {
        throw damaged(error);
      },
    );
    try {
      return new ZipParts(zip, await entriesOf(zip));
    } catch (error) {
      zip.close();
      throw error;
    }
  }

  has(name: string): boolean {
    return this.entries.has(name.toLowerCase());
  }

  names(): string[] {
    return [...this.entries.keys()];
  }

  /** The bytes of one part. Throws FileRefused for one that is not there, is damaged, or unpacks beyond the bounds. */
  async *read(name: string): AsyncGenerator<Buffer> {
    const entry = this.entries.get(name.toLowerCase());
    if (!entry) throw notASpreadsheet(`lacks ${name}`);
    let bytes = 0;
    const stream = await this.zip.openReadStreamPromise(entry).catch((error: unknown) => {
      throw damaged(error);
    });
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        this.unpacked += chunk.length;
        this.refuseBomb(entry, bytes);
        yield chunk;
      }
    } catch (error) {
      throw error instanceof FileRefused ? error : damaged(error);
    } finally {
      stream.destroy();
    }
  }

  /** A part that is read as a whole. */
  async text(name: string): Promise<string> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of this.read(name)) {
      bytes += chunk.length;
      if (bytes > LIMITS.smallPartBytes) throw tooLarge();
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString("utf8");
  }

  close(): void {
    this.zip.close();
  }

  private refuseBomb(entry: Entry, bytes: number): void {
    const isBomb = bytes > LIMITS.ratioFromBytes && bytes > entry.compressedSize * LIMITS.ratio;
    if (isBomb || this.unpacked > LIMITS.unpackedBytes) throw tooLarge();
  }
}

async function entriesOf(zip: ZipFile): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  try {
    for await (const entry of zip.eachEntry()) {
      if (entries.size >= LIMITS.parts) throw notASpreadsheet(`has more than ${LIMITS.parts} files in it`);
      if (entry.isEncrypted()) {
        throw new FileRefused(
          "password_protected",
          "The archive is protected by a password. Save it without one, and send that.",
        );
      }
      entries.set(entry.fileName.toLowerCase(), entry);
    }
  } catch (error) {
    throw error instanceof FileRefused ? error : damaged(error);
  }
  return entries;
}

const tooLarge = (): FileRefused =>
  new FileRefused(
    "unpacks_too_large",
    `The workbook unpacks to more than ${LIMITS.unpackedBytes / 1_048_576} MiB, or grows more than ${LIMITS.ratio} times. ` +
      "Save the sheet as CSV, and send that.",
  );

const damaged = (cause: unknown): FileRefused =>
  new FileRefused(
    "file_damaged",
    "The workbook is damaged or not whole. Open it in Excel, save it again, and send that.",
    { cause },
  );
