import type { Db } from "@/lib/db/client";
import type { AuditRow } from "../schemas";

export interface AuditFilter {
  entityType?: string | undefined;
  entityId?: string | undefined;
  /** Rows before this one. */
  cursor?: string | undefined;
  limit: number;
}

/** The audit log as people read it. */
export class AuditLogRepository {
  constructor(private readonly db: Db) {}

  async page({ entityType, entityId, cursor, limit }: AuditFilter): Promise<AuditRow[]> {
    const rows = await this.db.auditEntry.findMany({
      where: {
        ...(entityType === undefined ? {} : { entityType }),
        ...(entityId === undefined ? {} : { entityId }),
        ...(cursor === undefined ? {} : { id: { lt: BigInt(cursor) } }),
      },
      include: { seal: true },
      orderBy: { id: "desc" },
      take: limit,
    });
    return rows.map((row) => ({
      auditId: String(row.id),
      at: row.at.toISOString(),
      actor: { type: row.actorType, id: row.actorId, label: row.actorLabel },
      action: row.action,
      entityType: row.entityType,
      entityId: row.entityId,
      before: row.before,
      after: row.after,
      requestId: row.requestId,
      seal: row.seal && { seq: String(row.seal.seq), hash: row.seal.hash },
    }));
  }
}
