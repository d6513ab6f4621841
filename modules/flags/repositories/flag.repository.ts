import type { Db } from "@/lib/db/client";
import type { Tx } from "@/lib/db/transaction";

export interface FlagRow {
  name: string;
  enabled: boolean;
  percentage: number;
  reason: string | null;
  /** Percentage points by which calls with it may do worse before it is switched off; null: no such rule. */
  worseByPoints: number | null;
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

  /** Names of people by their e-mail, of those among them who have an account. */
  async names(emails: readonly string[], executor: Db | Tx = this.db): Promise<ReadonlyMap<string, string>> {
    const people = await executor.user.findMany({
      where: { email: { in: [...emails] } },
      select: { email: true, name: true },
    });
    return new Map(people.map(({ email, name }) => [email, name]));
  }

  /** Holds all flags until the transaction ends: changes come one after the other. */
  async lock(tx: Tx): Promise<void> {
    await tx.$queryRaw`SELECT 1 FROM feature_rollback WHERE id = 1 FOR UPDATE`;
  }

  async put(tx: Tx, flag: Omit<FlagRow, "updatedAt" | "worseByPoints">): Promise<void> {
    await tx.$executeRaw`
      INSERT INTO feature_flags (name, enabled, percentage, reason, updated_by, updated_at)
      VALUES (${flag.name}, ${flag.enabled}, ${flag.percentage}::int, ${flag.reason}, ${flag.updatedBy}, evenhand_now())
      ON CONFLICT (name) DO UPDATE SET enabled = excluded.enabled, percentage = excluded.percentage,
        reason = excluded.reason, updated_by = excluded.updated_by, updated_at = excluded.updated_at`;
  }

  /** Sets the rule of a flag that has a row; nothing else of it moves, so what is compared goes on. */
  async setRule(tx: Tx, name: string, worseByPoints: number | null): Promise<void> {
    await tx.$executeRaw`
      UPDATE feature_flags SET worse_by_points = ${worseByPoints}::int WHERE name = ${name}`;
  }

  async setRollback(tx: Tx, rollback: { active: boolean; reason: string; updatedBy: string }): Promise<void> {
    await tx.$executeRaw`
      UPDATE feature_rollback SET active = ${rollback.active}, reason = ${rollback.reason},
        updated_by = ${rollback.updatedBy}, updated_at = evenhand_now() WHERE id = 1`;
  }
}
