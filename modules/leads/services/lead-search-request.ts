import { AppError } from "@/lib/errors";
import { isStaff, type Principal } from "@/lib/principal";
import { checkFilter, type LeadFilter } from "../domain/lead-filter";
import type { LeadSort } from "../domain/lead-sort";
import type { LeadSearch } from "../repositories/lead-list.repository";

/** A search as this person may make it. */
export interface SearchRequest {
  search: LeadSearch;
  /** What its cursors are bound to: the person, the order and the filter. */
  purpose: string;
}

/** Throws 422 for a filter that means nothing, 403 for an agent's account without an agent. */
export function searchRequest(principal: Principal, given: LeadFilter, sort: LeadSort): SearchRequest {
  const filter = checkFilter(given);
  return {
    search: { filter, sort, ...(isStaff(principal) ? {} : { visibleTo: agentOf(principal) }) },
    purpose: JSON.stringify(["leads", principal.userId, sort.field, sort.direction, filter]),
  };
}

function agentOf(principal: Principal): string {
  if (principal.agentId === undefined) throw new AppError(403, "forbidden", "Your account is not an agent's.");
  return principal.agentId;
}
