import type { z } from "zod";
import { FLAG_DEFAULT_SHARE, FLAG_NAMES, type FlagName } from "@/lib/types/flags";
import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { forbidden, notFound } from "@/lib/errors";
import { actorOf, requireStaff, type Principal } from "@/lib/principal";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import { shareOf, type FlagStanding } from "../domain/flag-arms";
import type { FlagRepository, FlagRow, RollbackRow } from "../repositories/flag.repository";
import type { changeFlag, FlagView, rollBackFlags, RollbackView } from "../schemas";
import type { FeatureFlags } from "./feature-flags.service";

type FlagRequest = z.output<NonNullable<(typeof changeFlag)["body"]>>;
type RollbackRequest = z.output<NonNullable<(typeof rollBackFlags)["body"]>>;

/** Flags as people read and change them. */
export class FlagSettingsService {
  constructor(
    private readonly db: Db,
    private readonly rows: FlagRepository,
    private readonly flags: Pick<FeatureFlags, "forget">,
    private readonly offHere: () => readonly FlagName[],
  ) {}

  /** All flags and the emergency switch, read now (managers). */
  async list(principal: Principal): Promise<{ flags: FlagView[]; rollback: RollbackView }> {
    requireStaff(principal);
    const [rows, rollback] = await Promise.all([this.rows.flags(), this.rows.rollback()]);
    const emails = [...rows.map(({ updatedBy }) => updatedBy), rollback.updatedBy ?? ""];
    const names = await this.rows.names(emails);
    return {
      flags: FLAG_NAMES.map((name) => this.view(name, rows, rollback, names)),
      rollback: rollbackView(rollback, names),
    };
  }

  /**
   * Sets a flag (admins); what it is already writes nothing. Calls under way keep the arm they began with.
   * Throws 404 for a name that is no flag.
   */
  async change(principal: Principal, given: string, request: FlagRequest, requestId?: string): Promise<FlagView> {
    requireAdmin(principal);
    const name = FLAG_NAMES.find((known) => known === given);
    if (name === undefined) throw notFound("This flag");
    const view = await inTransaction(this.db, async (tx) => {
      await this.rows.lock(tx);
      const rows = await this.rows.flags(tx);
      const before = rows.find((row) => row.name === name);
      const enabled = request.enabled ?? before?.enabled ?? true;
      const percentage = request.percentage ?? before?.percentage ?? FLAG_DEFAULT_SHARE;
      const reason = request.reason ?? null;
      if (!before || before.enabled !== enabled || before.percentage !== percentage) {
        await this.rows.put(tx, { name, enabled, percentage, reason, updatedBy: principal.email });
        await writeAudit(tx, { ...actorOf(principal), requestId }, [
          {
            action: "flag.changed",
            entityType: "flag",
            entityId: name,
            ...(before ? { before: { enabled: before.enabled, percentage: before.percentage } } : {}),
            after: { enabled, percentage, reason },
          },
        ]);
        await announce(tx, name);
      }
      const { worseByPoints } = request;
      if (worseByPoints !== undefined && worseByPoints !== (before?.worseByPoints ?? null)) {
        await this.rows.setRule(tx, name, worseByPoints);
        await writeAudit(tx, { ...actorOf(principal), requestId }, [
          {
            action: "flag.rule_changed",
            entityType: "flag",
            entityId: name,
            before: { worse_by_points: before?.worseByPoints ?? null },
            after: { worse_by_points: worseByPoints },
          },
        ]);
        await announce(tx, name);
      }
      const after = await this.rows.flags(tx);
      const names = await this.rows.names(
        after.map(({ updatedBy }) => updatedBy),
        tx,
      );
      return this.view(name, after, await this.rows.rollback(tx), names);
    });
    this.flags.forget();
    return view;
  }

  /** Sets the emergency switch (admins); where it stands already writes nothing. */
  async rollBack(principal: Principal, request: RollbackRequest, requestId?: string): Promise<RollbackView> {
    requireAdmin(principal);
    const { active, reason } = request;
    const view = await inTransaction(this.db, async (tx) => {
      await this.rows.lock(tx);
      const before = await this.rows.rollback(tx);
      if (before.active === active) return this.rollbackView(before, tx);
      await this.rows.setRollback(tx, { active, reason, updatedBy: principal.email });
      await writeAudit(tx, { ...actorOf(principal), requestId }, [
        {
          action: active ? "flag.rolled_back" : "flag.rollback_lifted",
          entityType: "flag",
          entityId: "rollback",
          before: { active: before.active },
          after: { active, reason },
        },
      ]);
      await announce(tx, "rollback");
      return this.rollbackView(await this.rows.rollback(tx), tx);
    });
    this.flags.forget();
    return view;
  }

  private async rollbackView(row: RollbackRow, tx: Tx): Promise<RollbackView> {
    return rollbackView(row, await this.rows.names([row.updatedBy ?? ""], tx));
  }

  private view(name: FlagName, rows: readonly FlagRow[], rollback: RollbackRow, names: Names): FlagView {
    const settings = new Map(rows.map((row) => [row.name, row]));
    const standing: FlagStanding = { offHere: this.offHere(), rolledBack: rollback.active, settings };
    const row = settings.get(name);
    return {
      name,
      ...shareOf(standing, name),
      setting: row
        ? {
            enabled: row.enabled,
            percentage: row.percentage,
            reason: row.reason,
            worseByPoints: row.worseByPoints,
            updatedBy: names.get(row.updatedBy) ?? row.updatedBy,
            updatedAt: row.updatedAt.toISOString(),
          }
        : null,
    };
  }
}

/** Names of people by their e-mail. */
type Names = ReadonlyMap<string, string>;

function requireAdmin(principal: Principal): void {
  if (principal.role !== "admin") throw forbidden("Only admins switch features.");
}

async function announce(tx: Tx, name: string): Promise<void> {
  await publishLive(tx, [{ topic: "flag", audience: "staff", data: { name } }]);
}

function rollbackView({ active, reason, updatedBy, updatedAt }: RollbackRow, names: Names): RollbackView {
  const by = updatedBy === null ? null : (names.get(updatedBy) ?? updatedBy);
  return { active, reason, updatedBy: by, updatedAt: updatedAt?.toISOString() ?? null };
}
