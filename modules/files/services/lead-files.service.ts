import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { AppError, conflict, forbidden, notFound } from "@/lib/errors";
import { isId, newId } from "@/lib/ids";
import { type Actor, actorOf, type Principal } from "@/lib/principal";
import type { Presigner } from "@/lib/storage/object-store";
import { type AuditRecord, writeAudit } from "@/modules/audit/repositories/audit.repository";
import type { LeadEntries } from "@/modules/leads/services/lead-entries";
import { safeName } from "../domain/file-name";
import { fileView, mayRemove } from "../domain/file-view";
import { type FileRow, MOST_PENDING, UPLOAD_MINUTES, uploadKey } from "../domain/lead-file";
import type { LeadFileRepository } from "../repositories/lead-file.repository";
import type { FileView, Upload } from "../schemas";

/** Pages of files: see CursorCodec of leads. */
export interface Cursors {
  encode(purpose: string, position: { value: string | null; id: string }): string;
  decode(purpose: string, cursor: string): { value: string | null; id: string };
}

export interface FileLimits {
  maxBytes: number;
  perLead: number;
  removedDays: number;
}

const PAGE = 50;

/** A locked file with its locked lead, and who is at work on it. */
export interface Held {
  tx: Tx;
  principal: Principal;
  actor: Actor;
  lead: Awaited<ReturnType<LeadEntries["lock"]>>;
  file: FileRow & { isOver: boolean };
}

/**
 * What is attached to leads. Who sees a lead sees its files and adds to them; who brought a file, and managers, take it
 * away and bring it back.
 */
export class LeadFilesService {
  constructor(
    private readonly db: Db,
    private readonly leads: LeadEntries,
    private readonly files: LeadFileRepository,
    private readonly links: Pick<Presigner, "upload">,
    private readonly cursors: Cursors,
    private readonly limits: FileLimits,
  ) {}

  /** Throws 404; 400 invalid_cursor. */
  async list(
    principal: Principal,
    leadId: string,
    { cursor, limit = PAGE }: { cursor?: string | undefined; limit?: number | undefined },
  ): Promise<{ files: FileView[]; next_cursor: string | null; max_bytes: number }> {
    const lead = await this.leads.find(principal, leadId);
    const purpose = `files ${lead.id}`;
    const place = cursor === undefined ? undefined : this.cursors.decode(purpose, cursor);
    const after = place && { createdAt: new Date(place.value ?? 0), id: place.id };
    const rows = await this.files.page(lead.id, after, limit + 1);
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    return {
      files: page.map((row) => fileView(row, principal)),
      next_cursor: last ? this.cursors.encode(purpose, { value: last.createdAt.toISOString(), id: last.id }) : null,
      max_bytes: this.limits.maxBytes,
    };
  }

  /** Throws 404, also for what somebody else has not brought yet. */
  async read(principal: Principal, fileId: string): Promise<FileView> {
    return fileView(await this.find(principal, fileId), principal);
  }

  /**
   * Announces a file: answers it with the request that brings its bytes. Throws 404; 413 file_too_large; 409
   * too_many_files; 429 too_many_uploads.
   */
  async begin(
    principal: Principal,
    leadId: string,
    request: { name: string; bytes: number; sha256?: string | undefined },
    requestId: string,
  ): Promise<{ file: FileView; upload: Upload }> {
    const { maxBytes } = this.limits;
    if (request.bytes > maxBytes) throw tooLarge(maxBytes);
    const actor = { ...actorOf(principal), requestId };
    const id = await inTransaction(this.db, (tx) => this.announce(tx, principal, actor, leadId, request), {
      once: "file",
    });
    const { method, url, headers } = await this.links.upload(uploadKey(id), request.bytes, UPLOAD_MINUTES * 60);
    if (method !== "PUT") throw new Error("an upload is signed for something else");
    return { file: await this.read(principal, id), upload: { method, url, headers } };
  }

  /** Takes a file off its lead, or gives up one that is on its way. One that is removed stays so. Throws 404, 403. */
  async remove(principal: Principal, fileId: string, requestId: string): Promise<FileView> {
    const { removedDays } = this.limits;
    return this.change(principal, fileId, requestId, "remove", async (held) => {
      const { tx, file, actor } = held;
      if (file.state === "removed") return;
      if (file.state === "pending") {
        await this.files.giveUp(tx, file.id);
        await writeAudit(tx, actor, [audit("file.upload_given_up", file)]);
        return;
      }
      await this.files.remove(tx, file.id, actor.label, removedDays);
      await writeAudit(tx, actor, [audit("file.removed", file)]);
      await this.leads.add(tx, held, "file_removed", entryOf(file));
    });
  }

  /** Brings a removed file back; one that is there stays so. Throws 404, 403; 409 too_many_files. */
  async restore(principal: Principal, fileId: string, requestId: string): Promise<FileView> {
    return this.change(principal, fileId, requestId, "restore", async (held) => {
      const { tx, file, actor, lead } = held;
      if (file.state !== "removed") return;
      if (file.isOver) throw notFound("This file");
      await this.refuseFull(tx, lead.id, principal);
      await this.files.restore(tx, file.id);
      await writeAudit(tx, actor, [audit("file.restored", file)]);
      await this.leads.add(tx, held, "file_restored", entryOf(file));
    });
  }

  /** A file of a lead that this person sees. Throws 404, 410 lead_merged. */
  async find(principal: Principal, fileId: string): Promise<FileRow> {
    const file = isId(fileId) ? await this.files.find(fileId) : undefined;
    if (!file || (file.state === "pending" && !mayRemove(principal, file))) throw notFound("This file");
    await this.leads.find(principal, file.leadId);
    return file;
  }

  /** Locks a file behind its lead. Should the lead become part of another meanwhile, the file is found there. */
  async hold<T>(
    principal: Principal,
    fileId: string,
    { requestId, once }: { requestId: string; once: string },
    work: (held: Held) => Promise<T>,
  ): Promise<T> {
    const actor = { ...actorOf(principal), requestId };
    const run = async (): Promise<T> => {
      const { leadId } = await this.find(principal, fileId);
      return inTransaction(
        this.db,
        async (tx) => {
          const lead = await this.leads.lock(tx, principal, leadId);
          const file = await this.files.lock(tx, fileId, lead.id);
          if (!file) throw notFound("This file");
          return work({ tx, principal, actor, lead, file });
        },
        { once },
      );
    };
    try {
      return await run();
    } catch (error) {
      if (error instanceof AppError && error.code === "lead_merged") return run();
      throw error;
    }
  }

  private async change(
    principal: Principal,
    fileId: string,
    requestId: string,
    once: string,
    work: (held: Held) => Promise<void>,
  ): Promise<FileView> {
    const file = await this.hold(principal, fileId, { requestId, once }, async (held) => {
      if (!mayRemove(principal, held.file)) throw forbidden("Only who attached a file, or a manager, may do this.");
      await work(held);
      const { id, leadId } = held.file;
      return fileView((await this.files.lock(held.tx, id, leadId)) ?? { ...held.file, state: "erasing" }, principal);
    });
    return file;
  }

  private async announce(
    tx: Tx,
    principal: Principal,
    actor: Actor,
    leadId: string,
    request: { name: string; bytes: number; sha256?: string | undefined },
  ): Promise<string> {
    const lead = await this.leads.lock(tx, principal, leadId);
    await this.refuseFull(tx, lead.id, principal);
    const { bytes, sha256 } = request;
    const file = { id: newId(), leadId: lead.id, name: safeName(request.name), bytes };
    await this.files.insert(tx, {
      ...file,
      sha256,
      createdBy: principal.userId,
      createdByLabel: principal.email,
      minutes: UPLOAD_MINUTES,
    });
    await writeAudit(tx, actor, [audit("file.upload_begun", file)]);
    return file.id;
  }

  private async refuseFull(tx: Tx, leadId: string, principal: Principal): Promise<void> {
    const { ofLead, pending } = await this.files.counts(tx, leadId, principal.userId);
    const { perLead } = this.limits;
    if (ofLead >= perLead) {
      throw conflict("too_many_files", `This lead has ${perLead} files, as many as it may. Remove one first.`, {
        max: perLead,
      });
    }
    if (pending >= MOST_PENDING) throw tooManyUploads();
  }
}

/** What a lead's timeline tells of a file. */
export const entryOf = ({
  id,
  name,
  bytes,
}: Pick<FileRow, "id" | "name" | "bytes">): Record<string, string | number> => ({
  file_id: id,
  name,
  bytes,
});

export function audit(action: string, file: Pick<FileRow, "id" | "leadId" | "name" | "bytes">): AuditRecord {
  const { id, leadId, name, bytes } = file;
  return { action, entityType: "file", entityId: id, after: { lead_id: leadId, name, bytes } };
}

const tooLarge = (maxBytes: number): AppError =>
  new AppError(413, "file_too_large", `A file may have at most ${inWords(maxBytes)}.`, { max_bytes: maxBytes });

const inWords = (bytes: number): string =>
  bytes < 1_000_000 ? `${bytes} bytes` : `${(bytes / 1_000_000).toLocaleString("en", { maximumFractionDigits: 1 })} MB`;

const tooManyUploads = (): AppError =>
  new AppError(
    429,
    "too_many_uploads",
    `${MOST_PENDING} of your files are still on their way. Complete some, or give them up.`,
    { max: MOST_PENDING },
    60,
  );
