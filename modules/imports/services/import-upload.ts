import { createHash } from "node:crypto";
import { AppError, unprocessable } from "@/lib/errors";
import { type ObjectStore, StoreFull } from "@/lib/storage/object-store";
import type { Dialect } from "../domain/dialect";
import { FileRefused } from "../domain/file-refusal";
import { FILE_LIMIT, LIMITS } from "../domain/limits";
import type { FileReader, Inspected, OpenBytes } from "./import-files";

/** What is known of a file once it is kept. */
export interface KeptFile {
  bytes: number;
  sha256: string;
}

/** Takes files in as they come, never holding one, and looks into those that are there. */
export class ImportUpload {
  constructor(
    private readonly store: ObjectStore,
    private readonly reader: Pick<FileReader, "inspect">,
  ) {}

  /**
   * Keeps the body of a request under the key. Throws 413 file_too_large by what it says of its length and by what
   * comes, 422 file_empty, 503 store_full; then nothing is kept.
   */
  async keep(request: Request, key: string): Promise<KeptFile> {
    if (Number(request.headers.get("content-length") ?? 0) > LIMITS.fileBytes) throw tooLarge();
    if (!request.body) throw refusal(new FileRefused("file_empty", "The request has no file in its body."));
    const hash = createHash("sha256");
    let bytes = 0;
    const metered = async function* (source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      for await (const chunk of source) {
        bytes += chunk.length;
        if (bytes > LIMITS.fileBytes) throw tooLarge();
        hash.update(chunk);
        yield chunk;
      }
    };
    try {
      await this.store.put(key, metered(request.body));
    } catch (error) {
      throw error instanceof StoreFull ? storeFull() : error;
    }
    return { bytes, sha256: hash.digest("hex") };
  }

  /** Looks into a kept file. Throws 422 with what it is refused for, 503 store_full. */
  async inspect(key: string, wanted: Partial<Dialect>, fileName: string): Promise<Inspected> {
    try {
      return await this.reader.inspect(openerOf(this.store, key), wanted, fileName);
    } catch (error) {
      throw error instanceof FileRefused ? refusal(error) : error;
    }
  }

  async forget(key: string): Promise<void> {
    await this.store.remove(key);
  }
}

/** Opens a kept file, each time from the beginning. */
export const openerOf =
  (store: Pick<ObjectStore, "get">, key: string): OpenBytes =>
  async () => {
    const stored = await store.get(key);
    if (!stored) throw new FileRefused("file_unavailable", "The file is not there any more. Send it again.");
    return stored.stream;
  };

function refusal(refused: FileRefused): AppError {
  return refused.code === "store_full" ? storeFull() : unprocessable(refused.code, refused.message);
}

const storeFull = (): AppError =>
  new AppError(503, "store_full", "There is no room left where files are kept. Nothing was kept of this one.", {}, 60);

const tooLarge = (): AppError =>
  new AppError(
    413,
    "file_too_large",
    `A file may have at most ${FILE_LIMIT}. Leave out columns that are not needed, or send it in parts.`,
    { max_bytes: LIMITS.fileBytes },
  );
