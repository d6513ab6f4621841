import type { Db } from "@/lib/db/client";
import type { Tx } from "@/lib/db/transaction";

export interface FlagRow {
  name: string;
  enabled: boolean;
  percentage: number;
  reason: string | null;
  updatedBy: string;
  updatedAt: Date;
}

export interface RollbackRow {
  active: boolean;
  reason: string | null;
  updatedBy: string | null;
  updatedAt: Date | null;
}

/** Flags and the emergency switch, as people set them. */
export class FlagRepository {
  constructor(private readonly db: Db) {}

  async flags(executor: Db | Tx = this.db): Promise<FlagRow[]> {
    return executor.featureFlag.findMany();
  }

  async rollback(executor: Db | Tx = this.db): Promise<RollbackRow> {
    const row = await executor.featureRollback.findUnique({ where: { id: 1 } });
    if (!row) throw new Error("the rollback switch has no row");
    return row;
  }

  /** Holds all flags until the transaction ends: changes come one after the other. */
  async lock(tx: Tx): Promise<void> {
    await tx.$queryRaw`SELECT 1 FROM feature_rollback WHERE id = 1 FOR UPDATE`;
  }

  async put(tx: Tx, flag: Omit<FlagRow, "updatedAt">): Promise<void> {
    await tx.$executeRaw`
      INSERT INTO feature_flags (name, enabled, percentage, reason, updated_by, updated_at)
      VALUES (${flag.name}, ${flag.enabled}, ${flag.percentage}::int, ${flag.reason}, ${flag.updatedBy}, evenhand_now())
      ON CONFLICT (name) DO UPDATE SET enabled = excluded.enabled, percentage = excluded.percentage,
        reason = excluded.reason, updated_by = excluded.updated_by, updated_at = excluded.updated_at`;
  }

  async setRollback(tx: Tx, rollback: { active: boolean; reason: string; updatedBy: string }): Promise<void> {
    await tx.$executeRaw`
      UPDATE feature_rollback SET active = ${rollback.active}, reason = ${rollback.reason},
        updated_by = ${rollback.updatedBy}, updated_at = evenhand_now() WHERE id = 1`;
  }
}
