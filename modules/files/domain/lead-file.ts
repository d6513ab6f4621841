import { conflict, type AppError, unprocessable } from "@/lib/errors";
import { knownExtensions } from "./file-kinds";

export const fileStates = ["pending", "ready", "removed"] as const;
/** "erasing": its objects are being removed, then it goes. Nobody sees it any more. */
export type FileState = (typeof fileStates)[number] | "erasing";

/** A file as stored. */
export interface FileRow {
  id: string;
  leadId: string;
  state: FileState;
  name: string;
  bytes: number;
  declaredSha256: string | null;
  /** Where its bytes lie once they were looked at. */
  objectKey: string | null;
  mediaType: string | null;
  sha256: string | null;
  width: number | null;
  height: number | null;
  createdBy: string | null;
  createdByLabel: string;
  /** Null once the account is gone. */
  createdByName: string | null;
  createdAt: Date;
  expiresAt: Date | null;
}

/** The file that an object belongs to, by its key in either folder. */
export const fileIdIn = (key: string): string => key.slice(key.indexOf("/") + 1).split(".")[0] ?? "";

/** What was found when a file was looked at. */
export interface Inspected {
  name: string;
  mediaType: string;
  sha256: string;
  width: number | undefined;
  height: number | undefined;
}

/** Tells what the bytes under a key are; throws what makes them no file of these. */
export interface Inspector {
  inspect(key: string, file: Pick<FileRow, "name" | "bytes" | "declaredSha256">): Promise<Inspected>;
}

/** Minutes in which a file is to be brought once it was announced. */
export const UPLOAD_MINUTES = 60;
/** Files of one person that may be on their way at once. */
export const MOST_PENDING = 50;
/** Seconds that a link to a file's bytes is good for. */
export const LINK_SECONDS = 300;
/** Pixels of an image that a browser is given to show: what is larger may be made to fill its memory. */
export const MOST_PIXELS = 50_000_000;

/** Where bytes are brought to; whoever has the link can write there until it has run out. */
export const uploadKey = (fileId: string): string => `uploads/${fileId}`;
/** Where bytes are looked at and kept: a place of its own for each attempt, to which nobody has a link. */
export const keptKey = (fileId: string, attempt: string): string => `files/${fileId}.${attempt}`;

export const notBrought = (): AppError =>
  conflict("file_not_uploaded", "The file has not been brought yet. Send it to the upload address, then complete it.");

export const uploadExpired = (): AppError =>
  conflict("upload_expired", "This upload was begun too long ago. Begin it anew.");

export const typeNotAllowed = (name: string): AppError =>
  unprocessable(
    "type_not_allowed",
    `${name} is a program, or of a kind that is not taken here. Its content decides, not its name.`,
    { known: knownExtensions },
  );
