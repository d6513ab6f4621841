import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import type { Actor } from "@/lib/principal";

/** One change of one thing, as the audit log keeps it. `before` and `after` hold only the fields that changed. */
export interface AuditRecord {
  action: string;
  entityType:
    | "lead"
    | "call"
    | "agent"
    | "agent_session"
    | "queue"
    | "recording"
    | "user"
    | "voicemail"
    | "auth_session"
    | "team"
    | "bulk_plan"
    | "setting"
    | "flag"
    | "alert"
    | "callback"
    | "saved_search"
    | "export"
    | "file"
    | "import"
    | "notification_delivery";
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
  await tx.$executeRaw`/* named write_audit */ ${auditRows(actor, records)}`;
}

/** The same as a statement to be part of another: written where that is written, or not at all. */
export function auditRows(actor: Actor, records: readonly AuditRecord[]): Prisma.Sql {
  const column = (of: (record: AuditRecord) => string): string[] => records.map(of);
  const json = (of: (record: AuditRecord) => Prisma.InputJsonObject | undefined): (string | null)[] =>
    records.map((record) => (of(record) === undefined ? null : JSON.stringify(of(record))));
  // One array a column, not one value a cell: bulk work writes hundreds of rows at once.
  return Prisma.sql`
    INSERT INTO audit_log (actor_type, actor_id, actor_label, action, entity_type, entity_id, before, after, request_id)
    SELECT ${actor.type}, ${actor.id ?? null}, ${actor.label}, r.action, r.entity_type, r.entity_id, r.before::jsonb,
      r.after::jsonb, ${actor.requestId ?? null}
    FROM unnest(${column((record) => record.action)}::text[], ${column((record) => record.entityType)}::text[],
      ${column((record) => record.entityId)}::text[], ${json((record) => record.before)}::text[],
      ${json((record) => record.after)}::text[])
      WITH ORDINALITY AS r(action, entity_type, entity_id, before, after, place)
    ORDER BY r.place`;
}
