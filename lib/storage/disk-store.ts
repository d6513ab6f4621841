import { link, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ByteRange } from "../http/byte-range";
import { newId } from "../ids";
import { checkKey, type FileStore, type ListedObject, type StoredObject, StoreFull } from "./object-store";

/** The errors of a disk that has no room, or none for this user. */
const FULL: readonly unknown[] = ["ENOSPC", "EDQUOT", "EFBIG"];

const DRAFT = ".part";
/** Milliseconds after which nobody writes a draft any more: a day, far more than the longest takes. */
const DRAFT_MS = 86_400_000;

/** Objects as files below one directory. What is being written has a name of its own until it is whole and on the disk. */
export class DiskStore implements FileStore {
  constructor(private readonly directory: string) {}

  async put(key: string, source: AsyncIterable<Uint8Array>): Promise<void> {
    const path = this.pathOf(key);
    await mkdir(dirname(path), { recursive: true });
    const draft = `${path}.${newId()}${DRAFT}`;
    try {
      // Opened here: a stream that opens by itself may do so after its source has failed and the draft was removed. It
      // ends once the disk has all of it: what is told as done must be there after a power cut.
      const file = await open(draft, "wx", 0o600);
      await pipeline(source, file.createWriteStream({ flush: true }));
      await rename(draft, path);
    } catch (error) {
      await rm(draft, { force: true });
      throw FULL.includes((error as { code?: unknown }).code) ? new StoreFull({ cause: error }) : error;
    }
  }

  async get(key: string, range?: ByteRange): Promise<StoredObject | undefined> {
    // Held open from here on: what is removed meanwhile is still read to its end.
    const file = await open(this.pathOf(key)).catch(unlessThere);
    if (!file) return undefined;
    const { size } = await file.stat();
    const part = range && { start: range.first, end: range.last };
    return { size, stream: Readable.toWeb(file.createReadStream(part)) as ReadableStream<Uint8Array> };
  }

  async size(key: string): Promise<number | undefined> {
    return (await stat(this.pathOf(key)).catch(unlessThere))?.size;
  }

  async copy(from: string, to: string): Promise<boolean> {
    const path = this.pathOf(to);
    await mkdir(dirname(path), { recursive: true });
    // A second name of the same bytes: put() never writes into a file that has one, it gives the name to another file.
    const linked = await link(this.pathOf(from), path).then(() => true, unlessThere);
    return linked === true;
  }

  async list(folder: string, after: string | undefined, limit: number): Promise<ListedObject[]> {
    const names = (await readdir(join(this.directory, folder)).catch(unlessThere)) ?? [];
    const keys = names
      .filter((name) => !name.endsWith(DRAFT))
      .map((name) => `${folder}/${name}`)
      .filter((key) => after === undefined || key > after)
      .toSorted((one, other) => (one < other ? -1 : 1))
      .slice(0, limit);
    const listed: ListedObject[] = [];
    for (const key of keys) {
      const found = await stat(this.pathOf(key)).catch(unlessThere);
      if (found) listed.push({ key, at: found.mtime });
    }
    return listed;
  }

  async remove(key: string): Promise<void> {
    await rm(this.pathOf(key), { force: true });
  }

  async tidy(): Promise<number> {
    const names = await readdir(this.directory, { recursive: true }).catch(unlessThere);
    let removed = 0;
    for (const name of (names ?? []).filter((one) => one.endsWith(DRAFT))) {
      const path = join(this.directory, name);
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
      if (Date.now() - mtimeMs < DRAFT_MS) continue;
      await rm(path, { force: true });
      removed += 1;
    }
    return removed;
  }

  private pathOf(key: string): string {
    return join(this.directory, checkKey(key));
  }
}

/** For what is not there (yet, or any more); any other error is thrown on. */
function unlessThere(error: unknown): undefined {
  if ((error as { code?: unknown }).code === "ENOENT") return undefined;
  throw error;
}
