import type { z } from "zod";
import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { AppError, notFound, unprocessable } from "@/lib/errors";
import { isId, newId } from "@/lib/ids";
import type { ByteRange } from "@/lib/http/byte-range";
import { storedResponse } from "@/lib/http/stored-response";
import { type Actor, actorOf, isStaff, type Principal } from "@/lib/principal";
import type { ObjectStore } from "@/lib/storage/object-store";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { exportColumns } from "@/modules/leads/export.schemas";
import type { ChosenLeads, LeadsOut } from "@/modules/leads/services/leads-out.service";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import { type DownloadLinks, notValid } from "../domain/download-link";
import {
  type ExportRow,
  fileNameOf,
  IN_REQUEST,
  isUnderWay,
  LINK_MINUTES,
  MEDIA_TYPES,
  MOST_IN_REPORT,
  MOST_UNDER_WAY,
  refuseUnlessThere,
} from "../domain/export";
import { exportView } from "../domain/export-view";
import type { ExportRepository } from "../repositories/export.repository";
import type { bulkExport, ExportView, listExports } from "../schemas";
import { exportMoved, requestRunner } from "./export-events";
import type { ExportRunner } from "./export-runner";

type ExportRequest = z.output<NonNullable<(typeof bulkExport)["body"]>>;
type ListRequest = z.output<NonNullable<(typeof listExports)["query"]>>;

/** Pages of exports: see CursorCodec of leads. */
export interface Cursors {
  encode(purpose: string, position: { value: string | null; id: string }): string;
  decode(purpose: string, cursor: string): { value: string | null; id: string };
}

const PAGE = 20;
/** Exports that one process makes while their requests wait; further ones become jobs. */
const MOST_AT_ONCE = 2;

/**
 * Leads as files. Whoever asks gets what they may see. Agents see and fetch their own exports, managers everybody's: they
 * see every lead.
 */
export class ExportsService {
  private atOnce = 0;

  constructor(
    private readonly db: Db,
    private readonly exports: ExportRepository,
    private readonly leads: Pick<LeadsOut, "choose" | "count">,
    private readonly runner: Pick<ExportRunner, "run">,
    private readonly jobs: { enqueue(exportId: string): Promise<void> },
    private readonly store: ObjectStore,
    private readonly links: DownloadLinks,
    private readonly cursors: Cursors,
  ) {}

  /**
   * Begins an export. One that is small is made at once: then its file is there. Others are left to a worker. Throws 413
   * above a million leads, 422 for a filter that means nothing, for a report of too many, and for too many at once.
   */
  async create(principal: Principal, request: ExportRequest, requestId: string): Promise<ExportView> {
    const { selection, named } = await this.leads.choose(principal, request);
    const isReport = request.format === "pdf";
    const count = await this.leads.count(selection, isReport ? MOST_IN_REPORT : undefined);
    if (isReport) refuseLongReport(count);
    const isSmall = request.as_job !== true && count <= IN_REQUEST[request.format] && this.atOnce < MOST_AT_ONCE;
    const runner = isSmall ? requestRunner(requestId) : undefined;
    const id = await this.insert(principal, request, { selection, named, runner, requestId });
    if (runner === undefined) {
      await this.jobs.enqueue(id);
      return this.read(principal, id);
    }
    this.atOnce += 1;
    try {
      await this.runner.run(id, runner);
    } finally {
      this.atOnce -= 1;
    }
    return this.read(principal, id);
  }

  async read(principal: Principal, exportId: string): Promise<ExportView> {
    return this.view(principal, await this.find(principal, exportId));
  }

  async list(principal: Principal, { cursor, limit = PAGE }: ListRequest) {
    const whose = isStaff(principal) ? undefined : principal.userId;
    const purpose = `exports\n${whose ?? "all"}`;
    const after = cursor === undefined ? undefined : this.cursors.decode(purpose, cursor);
    const rows = await this.exports.page(
      whose,
      after && { createdAt: new Date(after.value ?? 0), id: after.id },
      limit + 1,
    );
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    return {
      exports: page.map((row) => this.view(principal, row)),
      next_cursor: last ? this.cursors.encode(purpose, { value: last.createdAt.toISOString(), id: last.id }) : null,
    };
  }

  /** Stops an export; one that has ended stays as it is. */
  async cancel(principal: Principal, exportId: string, requestId: string): Promise<ExportView> {
    const row = await inTransaction(
      this.db,
      async (tx) => {
        const found = this.visible(principal, isId(exportId) ? await this.exports.lock(tx, exportId) : undefined);
        if (!isUnderWay(found.state) || found.cancelRequestedAt !== null) return found.id;
        await this.exports.cancel(tx, found.id);
        await this.note(tx, { ...actorOf(principal), requestId }, "export.cancel_requested", found.id);
        await publishLive(tx, [exportMoved(found, found.state === "queued" ? "cancelled" : "running")]);
        return found.id;
      },
      { once: "cancel" },
    );
    return this.read(principal, row);
  }

  /**
   * The file for somebody signed in, or the part of it that `asked` names (Range, If-Range). Throws 409 before it is
   * done, 410 when it is kept no longer.
   */
  async download(
    principal: Principal,
    exportId: string,
    requestId: string,
    asked: Headers = new Headers(),
  ): Promise<Response> {
    return this.file(await this.find(principal, exportId), { ...actorOf(principal), requestId }, asked);
  }

  /** The file for whoever has a signed link. Throws 403 link_not_valid, and as download(). */
  async fetch(exportId: string, token: string, requestId: string, asked: Headers): Promise<Response> {
    const right = this.links.read(exportId, token);
    const row = isId(exportId) ? await this.exports.find(exportId) : undefined;
    const person = await this.exports.person(right.userId);
    if (!row || !person || row.now.getTime() > right.until * 1_000) throw notValid();
    return this.file(row, { type: "user", id: person.id, label: person.email, requestId }, asked);
  }

  /** A download that broke off goes on where it was: the file of an export never changes, and its hash is its version. */
  private async file(row: ExportRow, actor: Actor, asked: Headers): Promise<Response> {
    refuseUnlessThere(row);
    const { fileKey, bytes, sha256 } = row;
    const source = {
      size: Number(bytes),
      open: async (range?: ByteRange) => (fileKey === null ? undefined : this.store.get(fileKey, range)),
    };
    const answer = await storedResponse(source, asked, {
      "content-type": MEDIA_TYPES[row.format],
      "content-disposition": `attachment; filename="${fileNameOf(row)}"`,
      etag: `"${sha256}"`,
      "repr-digest": `sha-256=:${Buffer.from(sha256 ?? "", "hex").toString("base64")}:`,
      "cache-control": "private, no-store",
      "x-content-type-options": "nosniff",
      "export-id": row.id,
    });
    if (!answer) throw new AppError(410, "export_expired", "This file is kept no longer. Export it again.");
    if (answer.ok) await inTransaction(this.db, (tx) => this.note(tx, actor, "export.downloaded", row.id));
    return answer;
  }

  private async insert(
    principal: Principal,
    request: ExportRequest,
    with_: ChosenLeads & { runner: string | undefined; requestId: string },
  ): Promise<string> {
    const { selection, named, runner, requestId } = with_;
    const columns = request.columns ?? [...exportColumns];
    const isSearch = "search" in selection;
    return inTransaction(
      this.db,
      async (tx) => {
        if ((await this.exports.underWay(tx, principal.userId)) >= MOST_UNDER_WAY) throw tooManyUnderWay();
        const id = newId();
        await this.exports.insert(tx, {
          id,
          createdBy: principal.userId,
          createdByLabel: principal.email,
          visibleTo: selection.visibleTo,
          requestId,
          format: request.format,
          columns,
          timeZone: principal.timeZone,
          search: isSearch ? selection.search : undefined,
          ids: isSearch ? undefined : selection.ids,
          named,
          runner,
        });
        await writeAudit(tx, { ...actorOf(principal), requestId }, [
          {
            action: "export.created",
            entityType: "export",
            entityId: id,
            after: {
              format: request.format,
              columns,
              ...(isSearch ? { search: JSON.stringify(selection.search) } : { named: named ?? 0 }),
            },
          },
        ]);
        await publishLive(tx, [exportMoved({ id, visibleTo: selection.visibleTo ?? null }, "queued")]);
        return id;
      },
      { once: "export", timeoutMs: 60_000 },
    );
  }

  private async find(principal: Principal, exportId: string): Promise<ExportRow> {
    return this.visible(principal, isId(exportId) ? await this.exports.find(exportId) : undefined);
  }

  private visible(principal: Principal, row: ExportRow | undefined): ExportRow {
    if (!row || (!isStaff(principal) && row.createdBy !== principal.userId)) throw notFound("This export");
    return row;
  }

  private view(principal: Principal, row: ExportRow): ExportView {
    const until = Math.floor(row.now.getTime() / 1_000) + LINK_MINUTES * 60;
    const token = this.links.sign({ exportId: row.id, userId: principal.userId, until });
    return exportView(
      row,
      principal.userId,
      row.state === "done" ? `/api/exports/${row.id}/file?token=${token}` : null,
    );
  }

  private note(tx: Tx, actor: Actor, action: string, exportId: string): Promise<void> {
    return writeAudit(tx, actor, [{ action, entityType: "export", entityId: exportId }]);
  }
}

function refuseLongReport(count: number): void {
  if (count <= MOST_IN_REPORT) return;
  throw unprocessable(
    "report_too_long",
    `A PDF report has ${MOST_IN_REPORT.toLocaleString("en")} leads at most. Narrow them, or export CSV or XLSX.`,
    { max: MOST_IN_REPORT },
  );
}

const tooManyUnderWay = (): AppError =>
  new AppError(
    429,
    "too_many_exports",
    `${MOST_UNDER_WAY} of your exports are still under way. Wait for one to end, or cancel one.`,
    { max: MOST_UNDER_WAY },
    10,
  );
