import type { Lead } from "../schemas";
import type { LeadRow } from "./lead";

/** A lead as the wire shows it. */
export function leadView(row: LeadRow): Lead {
  return {
    lead_id: row.id,
    name: row.name,
    phone: row.phone,
    email: row.email,
    source: row.source,
    disposition: row.disposition,
    priority: row.priority,
    tags: row.tags,
    assigned_agent: row.assignedAgentEmail,
    assigned_agent_name: row.assignedAgentName,
    assigned_at: row.assignedAt?.toISOString() ?? null,
    last_activity: row.lastActivityAt?.toISOString() ?? null,
    follow_up_on: row.follow_up_on,
    return_due_at: row.returnDueAt?.toISOString() ?? null,
    team: row.teamName,
    locked: lockView(row),
    notes_count: row.notesCount,
    version: row.version,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}

/** Who locked a lead and why; null when it is not locked. */
export function lockView(row: Pick<LeadRow, "lockedAt" | "lockedBy" | "lockedByName" | "lockReason">): Lead["locked"] {
  const { lockedAt, lockedBy, lockedByName, lockReason } = row;
  const by = lockedBy ?? "";
  return lockedAt && { at: lockedAt.toISOString(), by, by_name: lockedByName ?? by, reason: lockReason ?? "" };
}
