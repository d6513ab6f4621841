import { callbackify, promisify } from "node:util";
import { type Entry, fromRandomAccessReader, RandomAccessReader, type ZipFile } from "yauzl";
import { type AppError, unprocessable } from "@/lib/errors";
import { type FileStore, troubleOf } from "@/lib/storage/object-store";

/** Bytes that an archive may unpack to whatever its size; above, this many times its own. */
const ALWAYS_BYTES = 100 * 1_048_576;
const MOST_TIMES = 100;
/** Files in it. */
const MOST_ENTRIES = 20_000;
/** Bytes that are fetched at once: an archive's table of contents is read front to back, in small steps. */
const BLOCK_BYTES = 262_144;

type Store = Pick<FileStore, "get">;
type Archive = { name: string; bytes: number };

/**
 * Reads the table of contents of a ZIP archive, and nothing of its files. Throws 422 archive_too_large for one that would
 * unpack to something out of all proportion (whoever opens it would pay for that), 422 archive_damaged for one that has
 * no readable table.
 */
export async function refuseArchive(store: Store, key: string, { name, bytes }: Archive): Promise<void> {
  const zip = await open(store, key, bytes).catch((error: unknown) => {
    throw troubleOf(error) ? error : damaged(name);
  });
  const most = Math.max(ALWAYS_BYTES, bytes * MOST_TIMES);
  if (zip.entryCount > MOST_ENTRIES) throw tooLarge(name);
  let unpacked = 0;
  try {
    for (let at = 0; at < zip.entryCount; at += 1) {
      unpacked += (await nextEntry(zip)).uncompressedSize;
      if (unpacked > most) throw tooLarge(name);
    }
  } finally {
    zip.close();
  }
}

const openReader = promisify(
  (reader: RandomAccessReader, size: number, callback: (error: Error | null, zip?: ZipFile) => void) =>
    fromRandomAccessReader(reader, size, { lazyEntries: true, autoClose: false, decodeStrings: false }, callback),
);

async function open(store: Store, key: string, size: number): Promise<ZipFile> {
  const zip = await openReader(new StoredArchive(store, key, size), size);
  if (!zip) throw new Error("an archive was opened and is not there");
  return zip;
}

function nextEntry(zip: ZipFile): Promise<Entry> {
  return new Promise((resolve, reject) => {
    zip.once("entry", resolve);
    zip.once("error", reject);
    zip.readEntry();
  });
}

/** An object of the store as yauzl reads archives; the block that was read last is kept. */
class StoredArchive extends RandomAccessReader {
  private block: { at: number; bytes: Buffer } | undefined;

  constructor(
    private readonly store: Store,
    private readonly key: string,
    private readonly size: number,
  ) {
    super();
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    const filled = async (): Promise<number> => {
      await this.fill(buffer.subarray(offset, offset + length), position);
      return length;
    };
    callbackify(filled)(callback);
  }

  private async fill(target: Buffer, position: number): Promise<void> {
    let done = 0;
    while (done < target.length) {
      const { at, bytes } = await this.blockAt(position + done);
      const copied = bytes.copy(target, done, position + done - at);
      if (copied === 0) throw new Error("the archive ends too early");
      done += copied;
    }
  }

  private async blockAt(position: number): Promise<{ at: number; bytes: Buffer }> {
    const at = position - (position % BLOCK_BYTES);
    if (this.block?.at === at) return this.block;
    const last = Math.min(this.size, at + BLOCK_BYTES) - 1;
    const stored = last < at ? undefined : await this.store.get(this.key, { first: at, last });
    if (!stored) throw new Error("the archive ends too early");
    this.block = { at, bytes: Buffer.from(await new Response(stored.stream).arrayBuffer()) };
    return this.block;
  }
}

const damaged = (name: string): AppError =>
  unprocessable("archive_damaged", `${name} cannot be unpacked: its table of contents is missing or broken.`);

const tooLarge = (name: string): AppError =>
  unprocessable(
    "archive_too_large",
    `${name} would unpack to far more than its own size, as archives do that are meant to fill a disk.`,
    { max_times: MOST_TIMES, max_entries: MOST_ENTRIES },
  );
