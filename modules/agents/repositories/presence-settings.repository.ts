import type { Db } from "@/lib/db/client";
import type { Tx } from "@/lib/db/transaction";

export interface PresenceSettingsRow {
  missedRingsReturn: string;
  updatedBy: string | null;
  updatedAt: Date | null;
}

/** The one row of presence settings. */
export class PresenceSettingsRepository {
  constructor(private readonly db: Db) {}

  async read(executor: Db | Tx = this.db): Promise<PresenceSettingsRow> {
    const row = await executor.presenceSettings.findUnique({ where: { id: 1 } });
    if (!row) throw new Error("the presence settings have no row");
    return row;
  }

  /** Holds the settings until the transaction ends. */
  async lock(tx: Tx): Promise<void> {
    await tx.$queryRaw`SELECT 1 FROM presence_settings WHERE id = 1 FOR UPDATE`;
  }

  async change(tx: Tx, missedRingsReturn: string, by: string): Promise<void> {
    await tx.$executeRaw`
      UPDATE presence_settings
      SET missed_rings_return = ${missedRingsReturn}, updated_by = ${by}, updated_at = evenhand_now() WHERE id = 1`;
  }
}
