import { randomBytes } from "node:crypto";
import { AppError } from "@/lib/errors";
import type { Principal } from "@/lib/principal";
import type { FileStore } from "@/lib/storage/object-store";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import type { LeadEntries } from "@/modules/leads/services/lead-entries";
import { fileView } from "../domain/file-view";
import {
  type FileRow,
  type Inspected,
  type Inspector,
  keptKey,
  notBrought,
  uploadExpired,
  uploadKey,
} from "../domain/lead-file";
import type { LeadFileRepository } from "../repositories/lead-file.repository";
import type { FileView } from "../schemas";
import { audit, entryOf, type LeadFilesService } from "./lead-files.service";

interface Log {
  error(fields: object, message: string): void;
}

/** Makes what was brought a file of its lead, once it was looked at. */
export class FileCompletion {
  constructor(
    private readonly access: Pick<LeadFilesService, "find" | "hold">,
    private readonly leads: Pick<LeadEntries, "add">,
    private readonly files: LeadFileRepository,
    private readonly store: Pick<FileStore, "copy" | "remove">,
    private readonly inspector: Inspector,
    private readonly log: Log,
  ) {}

  /**
   * Looks at the bytes that were brought, in a place where nobody else can write, and only then attaches the file. One
   * that is attached stays as it is. A file that is refused stays pending: its bytes can be brought again until its time
   * is over. Throws 404; 409 file_not_uploaded, upload_expired; 422 size_differs, checksum_differs, type_not_allowed,
   * archive_damaged, archive_too_large.
   */
  async complete(principal: Principal, fileId: string, requestId: string): Promise<FileView> {
    const file = await this.access.find(principal, fileId);
    if (file.state !== "pending") return fileView(file, principal);
    const key = keptKey(file.id, randomBytes(6).toString("hex"));
    if (!(await this.store.copy(uploadKey(file.id), key))) return this.attachedMeanwhile(principal, fileId);
    const found = await this.inspector.inspect(key, file).catch(async (error: unknown) => {
      await this.discard(key);
      throw error;
    });
    const attached = await this.attach(principal, file, { key, found, requestId }).catch(async (error: unknown) => {
      // Only of a refusal it is certain that nothing was written: a lost commit may have been carried out.
      if (error instanceof AppError) await this.discard(key);
      throw error;
    });
    await this.discard(uploadKey(file.id));
    if (attached.key !== key) await this.discard(key);
    return attached.view;
  }

  /** Answers the file, and where its bytes lie: elsewhere when another request was quicker. */
  private attach(
    principal: Principal,
    { id }: FileRow,
    { key, found, requestId }: { key: string; found: Inspected; requestId: string },
  ): Promise<{ view: FileView; key: string | null }> {
    return this.access.hold(principal, id, { requestId, once: "attach" }, async (held) => {
      const { tx, file, actor } = held;
      if (file.state !== "pending") return { view: fileView(file, principal), key: file.objectKey };
      if (file.isOver) throw uploadExpired();
      await this.files.settle(tx, id, key, found);
      const attached = { ...file, ...found };
      const record = audit("file.attached", attached);
      const { mediaType, sha256 } = found;
      await writeAudit(tx, actor, [{ ...record, after: { ...record.after, media_type: mediaType, sha256 } }]);
      await this.leads.add(tx, held, "file", { ...entryOf(attached), media_type: mediaType });
      const settled = await this.files.lock(tx, id, file.leadId);
      if (!settled) throw new Error("a file vanished inside the transaction that holds it");
      return { view: fileView(settled, principal), key };
    });
  }

  /** There is nothing where it was brought to: because another request has completed it, or it was never brought. */
  private async attachedMeanwhile(principal: Principal, fileId: string): Promise<FileView> {
    const file = await this.access.find(principal, fileId);
    if (file.state === "pending") throw notBrought();
    return fileView(file, principal);
  }

  /** Removes an object; what cannot be removed now is found by the sweep. */
  private async discard(key: string): Promise<void> {
    try {
      await this.store.remove(key);
    } catch (error) {
      this.log.error({ err: error, key }, "an object was left to the sweep");
    }
  }
}
