import { createHmac, timingSafeEqual } from "node:crypto";
import { AppError } from "@/lib/errors";

export interface DownloadRight {
  exportId: string;
  userId: string;
  /** Seconds since 1970 by the database's clock. */
  until: number;
}

/** Links that give one file to whoever has them, for some minutes: for a browser's own download, mail and programs. */
export class DownloadLinks {
  constructor(private readonly secret: string) {}

  /** The token of a right. */
  sign({ exportId, userId, until }: DownloadRight): string {
    const payload = Buffer.from(JSON.stringify([userId, until]));
    return `${payload.toString("base64url")}.${this.tag(exportId, payload).toString("base64url")}`;
  }

  /** The right that a token gives; throws 403 link_not_valid for one that this installation did not make. */
  read(exportId: string, token: string): DownloadRight {
    const [given = "", tag = ""] = token.split(".");
    const payload = Buffer.from(given, "base64url");
    const [own, theirs] = [this.tag(exportId, payload), Buffer.from(tag, "base64url")];
    if (own.length !== theirs.length || !timingSafeEqual(own, theirs)) throw notValid();
    const [userId, until] = JSON.parse(payload.toString()) as [string, number];
    return { exportId, userId, until };
  }

  private tag(exportId: string, payload: Buffer): Buffer {
    return createHmac("sha256", this.secret).update(`export\n${exportId}\n`).update(payload).digest();
  }
}

export const notValid = (): AppError =>
  new AppError(
    403,
    "link_not_valid",
    "This link is not valid, or not any more. Open the page of exports for a new one.",
  );
