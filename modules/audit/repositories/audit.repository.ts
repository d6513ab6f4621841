import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import type { Actor } from "@/lib/principal";

/** One change of one thing, as the audit log keeps it. `before` and `after` hold only the fields that changed. */
export interface AuditRecord {
  action: string;
  entityType: "lead" | "call" | "agent" | "agent_session" | "queue" | "user" | "auth_session";
  entityId: string;
  before?: Prisma.InputJsonObject;
  after?: Prisma.InputJsonObject;
}

/**
 * Writes audit rows in the caller's own transaction (law 6): what is rolled back leaves no trace, and what is
 * committed always does.
 */
export async function writeAudit(tx: Tx, actor: Actor, records: readonly AuditRecord[]): Promise<void> {
  if (records.length === 0) return;
  await tx.auditEntry.createMany({
    data: records.map((record) => ({
      actorType: actor.type,
      actorId: actor.id ?? null,
      actorLabel: actor.label,
      action: record.action,
      entityType: record.entityType,
      entityId: record.entityId,
      before: record.before ?? Prisma.DbNull,
      after: record.after ?? Prisma.DbNull,
      requestId: actor.requestId ?? null,
    })),
  });
}
