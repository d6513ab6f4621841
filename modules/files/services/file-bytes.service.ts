import { create as contentDisposition } from "content-disposition";
import type { Db } from "@/lib/db/client";
import { inTransaction } from "@/lib/db/transaction";
import { notFound, unprocessable } from "@/lib/errors";
import { actorOf, type Principal } from "@/lib/principal";
import type { Presigner } from "@/lib/storage/object-store";
import type { SignedObjects } from "@/lib/storage/signed-objects";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { kindOfMediaType } from "../domain/file-kinds";
import { isInline } from "../domain/file-view";
import { type FileRow, LINK_SECONDS } from "../domain/lead-file";
import { audit, type LeadFilesService } from "./lead-files.service";

/** Text is always sent as text, so that a page among it stays one to read. */
const CHARSETS: Readonly<Record<string, string>> = { "text/plain": "text/plain; charset=utf-8" };

/** Gives files to people, by a request that is signed for one file and some minutes. */
export class FileBytes {
  constructor(
    private readonly db: Db,
    private readonly files: Pick<LeadFilesService, "find">,
    private readonly links: Pick<Presigner, "download">,
    /** Answers such requests, when files lie on disk. */
    private readonly signed: SignedObjects | undefined,
  ) {}

  /** To be shown or played where it stands. Throws 404; 422 not_for_showing for kinds that could act. */
  async show(principal: Principal, fileId: string, request: { range: string | null; requestId: string }) {
    const file = await this.ready(principal, fileId);
    if (!isInline(file)) {
      throw unprocessable("not_for_showing", "This file can be downloaded, not shown: opening it here could do harm.");
    }
    const fromStart = request.range === null || request.range.trim().startsWith("bytes=0-");
    // Images are shown by the page itself; to have something played is somebody's own doing.
    const isAsked = kindOfMediaType(file.mediaType ?? "")?.group !== "image";
    if (isAsked && fromStart) await this.note(principal, "file.played", file, request.requestId);
    return this.leadTo(file, "inline");
  }

  /** To be saved. Throws 404. */
  async download(principal: Principal, fileId: string, requestId: string): Promise<Response> {
    const file = await this.ready(principal, fileId);
    await this.note(principal, "file.downloaded", file, requestId);
    return this.leadTo(file, "attachment");
  }

  /** Keeps what a signed request brings. Throws 404 where files lie in a bucket, and as SignedObjects does. */
  async receive(token: string, request: Request): Promise<void> {
    await this.here().receive(token, request);
  }

  /** Answers a signed request for a file's bytes, likewise. */
  async send(token: string, request: Request): Promise<Response> {
    return this.here().send(token, request);
  }

  private here(): SignedObjects {
    if (!this.signed) throw notFound("This address");
    return this.signed;
  }

  private async ready(principal: Principal, fileId: string): Promise<FileRow> {
    const file = await this.files.find(principal, fileId);
    if (file.state !== "ready" || file.objectKey === null) throw notFound("This file");
    return file;
  }

  private async leadTo(file: FileRow, type: "inline" | "attachment"): Promise<Response> {
    const { mediaType, objectKey, name } = file;
    if (mediaType === null || objectKey === null) throw new Error("a ready file has no bytes");
    const serving = {
      mediaType: CHARSETS[mediaType] ?? mediaType,
      disposition: contentDisposition(name, { type }),
    };
    const { url } = await this.links.download(objectKey, serving, LINK_SECONDS);
    // A little shorter than the link is good for: a browser that shows the same images again asks nobody.
    const cache = `private, max-age=${LINK_SECONDS - 60}`;
    return new Response(null, { status: 307, headers: { location: url, "cache-control": cache } });
  }

  private async note(principal: Principal, action: string, file: FileRow, requestId: string): Promise<void> {
    await inTransaction(this.db, (tx) => writeAudit(tx, { ...actorOf(principal), requestId }, [audit(action, file)]));
  }
}
