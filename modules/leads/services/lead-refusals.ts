import { conflict } from "@/lib/errors";
import type { LeadRow } from "../domain/lead";
import { leadView, lockView } from "../domain/lead-view";

/** Throws 409 lead_locked, saying who locked it and why. */
export function refuseLocked(
  lead: Pick<LeadRow, "id" | "name" | "lockedAt" | "lockedBy" | "lockedByName" | "lockReason">,
): void {
  const locked = lockView(lead);
  if (locked === null) return;
  throw conflict("lead_locked", `${lead.name} is locked by ${locked.by_name} ("${locked.reason}"). Unlock it first.`, {
    lead_id: lead.id,
    locked,
  });
}

/** Throws 409 version_conflict with the present lead when somebody has changed it since `version`. */
export function refuseStale(lead: LeadRow, version: number | undefined): void {
  if (version === undefined || version === lead.version) return;
  throw conflict("version_conflict", "Somebody changed this lead since you read it.", { current: leadView(lead) });
}
