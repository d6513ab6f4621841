import { AppError } from "@/lib/errors";
import { isStaff, type Principal } from "@/lib/principal";
import type { z } from "zod";
import type { CursorCodec } from "../domain/cursor";
import { leadView } from "../domain/lead-view";
import type { LeadListQuery, LeadListRepository } from "../repositories/lead-list.repository";
import type { Lead, listLeads } from "../schemas";

type ListRequest = z.output<NonNullable<(typeof listLeads)["query"]>>;

const PAGE = 50;

/** Pages of the leads a person may see. */
export class LeadListService {
  constructor(
    private readonly leads: LeadListRepository,
    private readonly cursors: CursorCodec,
  ) {}

  /** One page with the cursor of the next. A cursor is good for the order it was made in; else 400 invalid_cursor. */
  async list(
    principal: Principal,
    request: ListRequest,
  ): Promise<{ leads: Lead[]; next_cursor: string | null; total: number; total_is_estimate: boolean }> {
    const { sort = "created_at", direction = sort === "name" ? "asc" : "desc", limit = PAGE } = request;
    const purpose = `leads ${sort} ${direction}`;
    const after = request.cursor === undefined ? undefined : this.cursors.decode(purpose, request.cursor);
    const query = queryOf(principal, request);
    const [rows, { total, isEstimate }] = await Promise.all([
      this.leads.page(query, sort, direction, after, limit + 1),
      this.leads.count(query),
    ]);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      leads: page.map(leadView),
      next_cursor:
        rows.length > limit && last ? this.cursors.encode(purpose, { value: last.sortValue, id: last.id }) : null,
      total,
      total_is_estimate: isEstimate,
    };
  }
}

function queryOf(principal: Principal, request: ListRequest): LeadListQuery {
  const { q, assigned_agent: agent, disposition, priority } = request;
  for (const text of [q, agent, disposition]) refuseUnstorable(text);
  return {
    q,
    disposition,
    priority,
    agentEmail: agent === "none" ? null : agent === "me" ? principal.email : agent,
    ...(isStaff(principal) ? {} : { visibleTo: visibleTo(principal) }),
  };
}

function visibleTo(principal: Principal): string {
  if (principal.agentId === undefined) throw new AppError(403, "forbidden", "Your account is not an agent's.");
  return principal.agentId;
}

/** A query string can carry what the database cannot hold; in a body the parser refuses it. */
function refuseUnstorable(text: string | undefined): void {
  if (text === undefined || (!text.includes("\0") && text.isWellFormed())) return;
  throw new AppError(400, "invalid_text", "A text holds a null byte or half a surrogate pair.");
}
