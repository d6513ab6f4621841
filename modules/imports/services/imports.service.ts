import type { z } from "zod";
import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { AppError, conflict, notFound, unprocessable } from "@/lib/errors";
import { isId, newId } from "@/lib/ids";
import { actorOf, type Principal, requireStaff } from "@/lib/principal";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import type { Newcomers } from "@/modules/leads/services/newcomers.service";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import {
  IMPORT_FOLDER,
  type ImportOptions,
  type ImportRow,
  type ImportState,
  isWork,
  mayWorkOn,
  refuseUnlessChecked,
  refuseUnlessOpen,
  refuseUnlessUndoable,
} from "../domain/import";
import { mappingProblem } from "../domain/import-fields";
import { importView } from "../domain/import-view";
import { MOST_UNDER_WAY } from "../domain/limits";
import type { ImportRepository } from "../repositories/import.repository";
import type { changeImport, ImportView, listImports } from "../schemas";
import { importMoved } from "./import-events";
import type { ImportUpload } from "./import-upload";
import { type ReadingChoices, withOptions } from "./reading-choices";

type ChangeRequest = z.output<NonNullable<(typeof changeImport)["body"]>>;
type ListRequest = z.output<NonNullable<(typeof listImports)["query"]>>;

/** Pages of imports: see CursorCodec of leads. */
export interface Cursors {
  encode(purpose: string, position: { value: string | null; id: string }): string;
  decode(purpose: string, cursor: string): { value: string | null; id: string };
}

const PAGE = 20;
const PURPOSE = "imports";

/** Leads from files, as managers handle them: send, map, check, run, stop, undo. Managers see everybody's imports. */
export class ImportsService {
  constructor(
    private readonly db: Db,
    private readonly imports: ImportRepository,
    private readonly choices: ReadingChoices,
    private readonly upload: ImportUpload,
    private readonly newcomers: Pick<Newcomers, "check">,
    private readonly jobs: { enqueue(importId: string): Promise<void> },
    private readonly cursors: Cursors,
  ) {}

  /**
   * Takes a file in and says how it is read. Throws 413 file_too_large, 422 for what is no readable file, 503 store_full;
   * then nothing is kept.
   */
  async create(principal: Principal, request: Request, fileName: string, requestId: string): Promise<ImportView> {
    requireStaff(principal);
    const id = newId();
    const fileKey = `${IMPORT_FOLDER}/${id}`;
    const kept = await this.upload.keep(request, fileKey);
    try {
      const { dialect, ...file } = await this.upload.inspect(fileKey, {}, fileName);
      const reading = await this.choices.first(principal, file);
      const { encoding = null, delimiter = null } = dialect ?? {};
      const row = { id, fileName, fileKey, requestId, encoding, delimiter, ...file, ...reading };
      const made = await inTransaction(
        this.db,
        async (tx) => {
          await this.imports.insert(tx, {
            ...row,
            bytes: BigInt(kept.bytes),
            sha256: kept.sha256,
            createdBy: principal.userId,
            createdByLabel: principal.email,
          });
          await this.note(tx, principal, requestId, id, "import.uploaded", { ...kept, file_name: fileName });
          await publishLive(tx, [importMoved(id, "uploaded")]);
          return id;
        },
        { once: "upload" },
      );
      if (made !== id) await this.upload.forget(fileKey);
      return await this.read(principal, made);
    } catch (error) {
      // The import may stand there although its answer was lost: then its file stays with it.
      if ((await this.imports.find(id)) === undefined) await this.upload.forget(fileKey);
      throw error;
    }
  }

  async read(principal: Principal, importId: string): Promise<ImportView> {
    requireStaff(principal);
    return importView(await this.found(importId), principal);
  }

  async list(principal: Principal, { cursor, limit = PAGE }: ListRequest) {
    requireStaff(principal);
    const after = cursor === undefined ? undefined : this.cursors.decode(PURPOSE, cursor);
    const rows = await this.imports.page(after && { createdAt: new Date(after.value ?? 0), id: after.id }, limit + 1);
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    return {
      imports: page.map((row) => importView(row, principal)),
      next_cursor: last ? this.cursors.encode(PURPOSE, { value: last.createdAt.toISOString(), id: last.id }) : null,
    };
  }

  /**
   * Says how a file is read. Throws 403 not_your_import, 404, 409 import_under_way and import_already_run, 422
   * mapping_does_not_fit, and for agents and teams that there are not.
   */
  async change(principal: Principal, importId: string, change: ChangeRequest, requestId: string): Promise<ImportView> {
    const before = await this.mine(principal, importId);
    refuseUnlessOpen(before);
    const options = withOptions(before.options, change.options ?? {});
    await this.refuseUnknownAgents(options);
    const read = await this.choices.readAnew(principal, before, change);
    const mapping = change.mapping ?? read.mapping;
    const problem = change.mapping && mappingProblem(mapping, read.header.length);
    if (problem !== undefined) throw unprocessable("mapping_does_not_fit", problem, { columns: read.header.length });
    return this.step(principal, importId, "change", async (tx, row) => {
      refuseUnlessOpen(row);
      const mappingFrom = change.mapping ? "chosen" : read.mappingFrom;
      await this.imports.setReading(tx, row.id, { ...read, mapping, mappingFrom, options });
      await this.note(tx, principal, requestId, row.id, "import.changed", { mapping, dedupe: options.dedupe });
      return "uploaded";
    });
  }

  /** Begins a dry run. Throws as change(), and 422 mapping_does_not_fit for a mapping that recognises no lead. */
  async check(principal: Principal, importId: string, requestId: string): Promise<ImportView> {
    await this.mine(principal, importId);
    const view = await this.step(principal, importId, "check", async (tx, row) => {
      refuseUnlessOpen(row);
      const problem = mappingProblem(row.mapping, row.header.length);
      if (problem !== undefined) throw unprocessable("mapping_does_not_fit", problem, { columns: row.header.length });
      await this.refuseTooMany(tx, principal);
      await this.imports.beginCheck(tx, row.id);
      await this.choices.remember(tx, principal, row);
      await this.note(tx, principal, requestId, row.id, "import.check_begun", {});
      return "checking";
    });
    await this.jobs.enqueue(view.import_id);
    return view;
  }

  /**
   * Begins to import what was checked. Throws 403 not_your_import, 404, 409 import_not_checked, import_under_way,
   * import_already_run, 429 too_many_imports.
   */
  async run(principal: Principal, importId: string, requestId: string): Promise<ImportView> {
    const { options } = await this.mine(principal, importId);
    await this.refuseUnknownAgents(options);
    const view = await this.step(principal, importId, "run", async (tx, row) => {
      refuseUnlessChecked(row);
      await this.refuseTooMany(tx, principal);
      const by = { id: principal.userId, label: principal.email };
      await this.imports.beginRun(tx, row.id, by, row.options.assignment === null ? null : newId());
      await this.note(tx, principal, requestId, row.id, "import.run", {
        total: row.total ?? 0,
        dedupe: options.dedupe,
      });
      return "running";
    });
    await this.jobs.enqueue(view.import_id);
    return view;
  }

  /**
   * Stops a dry run or an import; what is written stays. One that has ended stays as it is. Throws 403 not_your_import,
   * 404, 409 undo_goes_on for one that is being taken back.
   */
  async cancel(principal: Principal, importId: string, requestId: string): Promise<ImportView> {
    await this.mine(principal, importId);
    return this.step(principal, importId, "cancel", async (tx, row) => {
      if (row.state === "undoing") throw conflict("undo_goes_on", "An undo is carried through; wait until it ends.");
      if (!isWork(row.state) || row.cancelRequestedAt !== null) return row.state;
      await this.imports.requestCancel(tx, row.id);
      await this.note(tx, principal, requestId, row.id, "import.cancel_requested", { processed: row.processed });
      return row.state;
    });
  }

  /**
   * Begins to take an import back. Throws 403 not_your_import, 404, 409 import_not_run, import_under_way,
   * import_already_undone, assignment_under_way, 410 import_expired.
   */
  async undo(principal: Principal, importId: string, requestId: string): Promise<ImportView> {
    await this.mine(principal, importId);
    const view = await this.step(principal, importId, "undo", async (tx, row) => {
      refuseUnlessUndoable(row);
      const deal = row.planId === null ? undefined : await this.imports.planState(row.planId, tx);
      if (deal === "preparing" || deal === "applying") {
        const detail = "The new leads are still being dealt. Wait until that plan ends, or stop it.";
        throw conflict("assignment_under_way", detail, { plan_id: row.planId });
      }
      await this.imports.beginUndo(tx, row.id, { id: principal.userId, label: principal.email });
      await this.note(tx, principal, requestId, row.id, "import.undo", { created: row.created, updated: row.updated });
      return "undoing";
    });
    await this.jobs.enqueue(view.import_id);
    return view;
  }

  /** An import that this person may change. Throws 403 not_your_import, 404. */
  private async mine(principal: Principal, importId: string): Promise<ImportRow> {
    requireStaff(principal);
    const row = await this.found(importId);
    if (mayWorkOn(principal, row)) return row;
    const detail = `This import is ${row.createdByLabel}'s. Ask them, or an admin.`;
    throw new AppError(403, "not_your_import", detail, { created_by: row.createdByLabel });
  }

  private async found(importId: string): Promise<ImportRow> {
    const row = isId(importId) ? await this.imports.find(importId) : undefined;
    if (!row) throw notFound("This import");
    return row;
  }

  /** Does one thing with a locked import, once a request; `work` answers the state that it is in then. */
  private async step(
    principal: Principal,
    importId: string,
    name: string,
    work: (tx: Tx, row: ImportRow) => Promise<ImportState>,
  ): Promise<ImportView> {
    await inTransaction(
      this.db,
      async (tx) => {
        const row = await this.imports.lock(tx, importId);
        if (!row) throw notFound("This import");
        const state = await work(tx, row);
        await publishLive(tx, [importMoved(row.id, state)]);
        return state;
      },
      { once: name, timeoutMs: STEP_TIMEOUT_MS },
    );
    return this.read(principal, importId);
  }

  private async refuseUnknownAgents({ assignment }: ImportOptions): Promise<void> {
    if (assignment === null) return;
    const { strategy, agents, team } = assignment;
    await this.newcomers.check({ assignment_strategy: strategy, agents: agents ?? undefined, team: team ?? undefined });
  }

  private async refuseTooMany(tx: Tx, principal: Principal): Promise<void> {
    if ((await this.imports.underWay(tx, principal.userId)) < MOST_UNDER_WAY) return;
    throw new AppError(
      429,
      "too_many_imports",
      `${MOST_UNDER_WAY} of your imports are still under way. Wait for one to end, or stop one.`,
      { max: MOST_UNDER_WAY },
      10,
    );
  }

  private note(
    tx: Tx,
    principal: Principal,
    requestId: string,
    entityId: string,
    action: string,
    after: Record<string, string | number | (string | null)[]>,
  ): Promise<void> {
    return writeAudit(tx, { ...actorOf(principal), requestId }, [{ action, entityType: "import", entityId, after }]);
  }
}

/** The rows of an import of half a million are thrown away with a change of its mapping. */
const STEP_TIMEOUT_MS = 60_000;
