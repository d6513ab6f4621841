import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { newId } from "../ids";
import { checkKey, type ObjectStore, type StoredObject, StoreFull } from "./object-store";

/** The errors of a disk that has no room, or none for this user. */
const FULL: readonly unknown[] = ["ENOSPC", "EDQUOT", "EFBIG"];

const DRAFT = ".part";
/** Milliseconds after which nobody writes a draft any more: a day, far more than the longest takes. */
const DRAFT_MS = 86_400_000;

/** Objects as files below one directory. What is being written has a name of its own until it is whole and on the disk. */
export class DiskStore implements ObjectStore {
  constructor(private readonly directory: string) {}

  async put(key: string, source: AsyncIterable<Uint8Array>): Promise<void> {
    const path = this.pathOf(key);
    await mkdir(dirname(path), { recursive: true });
    const draft = `${path}.${newId()}${DRAFT}`;
    try {
      await pipeline(source, createWriteStream(draft, { flags: "wx", mode: 0o600 }));
      await flush(draft);
      await rename(draft, path);
    } catch (error) {
      await rm(draft, { force: true });
      throw FULL.includes((error as { code?: unknown }).code) ? new StoreFull({ cause: error }) : error;
    }
  }

  async get(key: string): Promise<StoredObject | undefined> {
    const path = this.pathOf(key);
    try {
      const { size } = await stat(path);
      const stream = Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>;
      return { size, stream };
    } catch (error) {
      if ((error as { code?: unknown }).code === "ENOENT") return undefined;
      throw error;
    }
  }

  async remove(key: string): Promise<void> {
    await rm(this.pathOf(key), { force: true });
  }

  async tidy(): Promise<number> {
    const names = await readdir(this.directory, { recursive: true }).catch(nothingThere);
    let removed = 0;
    for (const name of names.filter((one) => one.endsWith(DRAFT))) {
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

/** A directory that nothing was put into yet. */
function nothingThere(error: unknown): string[] {
  if ((error as { code?: unknown }).code === "ENOENT") return [];
  throw error;
}

/** Waits until the disk has it: what is told as done must be there after a power cut. */
async function flush(path: string): Promise<void> {
  const file = await open(path, "r+");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
