import type { Db } from "@/lib/db/client";
import { inTransaction } from "@/lib/db/transaction";
import { actorOf, requireStaff, type Principal } from "@/lib/principal";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import type { PresenceSettingsView } from "../presence.schemas";
import type { PresenceSettingsRepository, PresenceSettingsRow } from "../repositories/presence-settings.repository";

/** How agents come back who were set to away after missed rings, as managers read and change it. */
export class PresenceSettingsService {
  constructor(
    private readonly db: Db,
    private readonly rows: PresenceSettingsRepository,
  ) {}

  async read(principal: Principal): Promise<PresenceSettingsView> {
    requireStaff(principal);
    return view(await this.rows.read());
  }

  /** What it is already writes nothing. */
  async change(
    principal: Principal,
    { missedRingsReturn }: { missedRingsReturn: PresenceSettingsView["missedRingsReturn"] },
    requestId?: string,
  ): Promise<PresenceSettingsView> {
    requireStaff(principal);
    return inTransaction(this.db, async (tx) => {
      await this.rows.lock(tx);
      const before = await this.rows.read(tx);
      if (before.missedRingsReturn === missedRingsReturn) return view(before);
      await this.rows.change(tx, missedRingsReturn, principal.email);
      await writeAudit(tx, { ...actorOf(principal), requestId }, [
        {
          action: "setting.presence_changed",
          entityType: "setting",
          entityId: "presence",
          before: { missedRingsReturn: before.missedRingsReturn },
          after: { missedRingsReturn },
        },
      ]);
      return view(await this.rows.read(tx));
    });
  }
}

function view({ missedRingsReturn, updatedBy, updatedAt }: PresenceSettingsRow): PresenceSettingsView {
  return {
    missedRingsReturn: missedRingsReturn === "when_proven" ? "when_proven" : "by_hand",
    updatedBy,
    updatedAt: updatedAt?.toISOString() ?? null,
  };
}
