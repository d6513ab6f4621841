import { forbidden } from "@/lib/errors";
import type { Principal } from "@/lib/principal";
import type { AuditLogRepository, AuditFilter } from "../repositories/audit-log.repository";
import type { AuditRow } from "../schemas";

/** Reads the audit log, for admins. */
export class AuditLogService {
  constructor(private readonly log: AuditLogRepository) {}

  /** One page, newest first; `nextCursor` is null on the last. */
  async list(principal: Principal, filter: AuditFilter): Promise<{ rows: AuditRow[]; nextCursor: string | null }> {
    if (principal.role !== "admin") throw forbidden("Only admins read the audit log.");
    const rows = await this.log.page({ ...filter, limit: filter.limit + 1 });
    const page = rows.slice(0, filter.limit);
    return { rows: page, nextCursor: rows.length > filter.limit ? (page.at(-1)?.auditId ?? null) : null };
  }
}
