import { createHash } from "node:crypto";
import { fileTypeFromBuffer } from "file-type";
import { GIF } from "image-size/types/gif";
import { HEIF } from "image-size/types/heif";
import { JPG } from "image-size/types/jpg";
import { PNG } from "image-size/types/png";
import { WEBP } from "image-size/types/webp";
import { unprocessable } from "@/lib/errors";
import type { FileStore } from "@/lib/storage/object-store";
import { kindOf, nameFor } from "../domain/file-kinds";
import { type FileRow, type Inspected, type Inspector, notBrought, typeNotAllowed } from "../domain/lead-file";
import { refuseArchive } from "./archive-check";
import { isText } from "./text-check";

/** Bytes from the beginning in which a file says what it is, and an image how large. */
const HEAD_BYTES = 262_144;

const MEASURES = {
  "image/png": PNG,
  "image/apng": PNG,
  "image/jpeg": JPG,
  "image/gif": GIF,
  "image/webp": WEBP,
  "image/avif": HEIF,
} as const;

/** Looks at what was brought: nothing that its uploader says of it is believed. */
export class FileInspector implements Inspector {
  constructor(private readonly store: Pick<FileStore, "get">) {}

  /**
   * Reads an object once, a piece at a time. Throws 409 file_not_uploaded; 422 size_differs and checksum_differs, when
   * other bytes were brought than were announced; 422 type_not_allowed, archive_damaged and archive_too_large.
   */
  async inspect(key: string, file: Pick<FileRow, "name" | "bytes" | "declaredSha256">): Promise<Inspected> {
    const { head, sha256 } = await this.read(key, file);
    const type = (await fileTypeFromBuffer(head))?.mime ?? (isText(head) ? "text" : undefined);
    const kind = kindOf(type, file.name);
    if (!kind) throw typeNotAllowed(file.name);
    const isArchive = kind.group === "archive" || /openxml|opendocument/.test(kind.mediaType);
    if (isArchive) await refuseArchive(this.store, key, file);
    return { name: nameFor(file.name, kind), mediaType: kind.mediaType, sha256, ...measure(head, kind.mediaType) };
  }

  private async read(
    key: string,
    { bytes, declaredSha256 }: Pick<FileRow, "bytes" | "declaredSha256">,
  ): Promise<{ head: Uint8Array; sha256: string }> {
    const stored = await this.store.get(key);
    if (!stored) throw notBrought();
    if (stored.size !== bytes) {
      await stored.stream.cancel();
      throw unprocessable("size_differs", `${stored.size} bytes were brought, not the ${bytes} that were announced.`, {
        bytes: stored.size,
      });
    }
    const hash = createHash("sha256");
    const head = Buffer.alloc(Math.min(bytes, HEAD_BYTES));
    let at = 0;
    for await (const chunk of stored.stream) {
      hash.update(chunk);
      if (at < head.length) at += Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).copy(head, at);
    }
    const sha256 = hash.digest("hex");
    if (declaredSha256 !== null && declaredSha256 !== sha256) {
      throw unprocessable("checksum_differs", "Other bytes were brought than were announced. Send the file again.", {
        sha256,
      });
    }
    return { head, sha256 };
  }
}

/** The size of an image; nothing for what is none, and for one that does not say. */
function measure(head: Uint8Array, mediaType: string): { width: number | undefined; height: number | undefined } {
  const measured = Object.hasOwn(MEASURES, mediaType) ? MEASURES[mediaType as keyof typeof MEASURES] : undefined;
  if (!measured) return { width: undefined, height: undefined };
  try {
    const { width, height, orientation = 1 } = measured.calculate(head);
    const isTurned = orientation >= 5;
    return isTurned ? { width: height, height: width } : { width, height };
  } catch {
    // Its beginning is broken: the browser will say so, in a frame of no particular size.
    return { width: undefined, height: undefined };
  }
}
