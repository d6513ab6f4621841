import type { Db } from "@/lib/db/client";

/** One row with its place in the hash chain, if it has one yet. */
export interface AuditLogRow {
  auditId: string;
  at: string;
  actor: { type: string; id: string | null; label: string };
  action: string;
  entityType: string;
  entityId: string;
  before: unknown;
  after: unknown;
  requestId: string | null;
  seal: { seq: string; hash: string } | null;
}

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

  async page({ entityType, entityId, cursor, limit }: AuditFilter): Promise<AuditLogRow[]> {
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
