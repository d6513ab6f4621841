import { tookTooLong } from "@/lib/db/transaction";
import { AppError, unprocessable } from "@/lib/errors";
import { isStaff, type Principal } from "@/lib/principal";
import type { z } from "zod";
import { type CursorCodec, type LeadPlace, placeAt, positionOf } from "../domain/cursor";
import { checkFilter, type FilterLeaf, type LeadFilter } from "../domain/lead-filter";
import { fullSort, type LeadSort } from "../domain/lead-sort";
import { leadView } from "../domain/lead-view";
import type { LeadListRepository, LeadSearch, PlacedLead, Total } from "../repositories/lead-list.repository";
import type { Lead, listLeads } from "../schemas";
import type { advancedSearch } from "../search.schemas";

type ListRequest = z.output<NonNullable<(typeof listLeads)["query"]>>;
type SearchRequest = z.output<NonNullable<(typeof advancedSearch)["body"]>>;

export interface LeadPage {
  leads: Lead[];
  next_cursor: string | null;
  total: number;
  total_is_estimate: boolean;
}

const PAGE = 50;

/** Pages of the leads a person may see. */
export class LeadListService {
  constructor(
    private readonly leads: LeadListRepository,
    private readonly cursors: CursorCodec,
  ) {}

  /** The leads that meet a few plain conditions. Refusals as search(). */
  async list(principal: Principal, request: ListRequest): Promise<LeadPage> {
    const { cursor, limit, sort, direction } = request;
    return this.page(principal, filterOf(principal, request), fullSort({ field: sort, direction }), cursor, limit);
  }

  /**
   * The leads that a filter finds: one page with the cursor of the next. A cursor is good for the person, filter and
   * order it was made for; else 400 invalid_cursor. Throws 422 for a filter that means nothing.
   */
  async search(principal: Principal, { filter, sort, cursor, limit }: SearchRequest): Promise<LeadPage> {
    return this.page(principal, filter ?? { and: [] }, fullSort(sort), cursor, limit);
  }

  private async page(
    principal: Principal,
    given: LeadFilter,
    sort: LeadSort,
    cursor: string | undefined,
    limit = PAGE,
  ): Promise<LeadPage> {
    const filter = checkFilter(given);
    const search: LeadSearch = { filter, sort, ...(isStaff(principal) ? {} : { visibleTo: visibleTo(principal) }) };
    const purpose = JSON.stringify(["leads", principal.userId, sort.field, sort.direction, filter]);
    const after = cursor === undefined ? undefined : placeAt(this.cursors.decode(purpose, cursor));
    const { rows, total, isEstimate } = await this.find(search, after, limit + 1);
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    return {
      leads: page.map(leadView),
      next_cursor: last ? this.cursors.encode(purpose, positionOf(endOf(last, { total, isEstimate }))) : null,
      total,
      total_is_estimate: isEstimate,
    };
  }

  /** Throws 422 search_too_slow when the database has to give up: a filter may ask for two hundred texts at once. */
  private async find(search: LeadSearch, after: LeadPlace | undefined, limit: number) {
    try {
      if (!after) return await this.leads.first(search, limit);
      return { rows: await this.leads.next(search, after, after.total, limit), ...totalOf(after) };
    } catch (error) {
      if (tookTooLong(error)) throw tooSlow();
      throw error;
    }
  }
}

const tooSlow = (): AppError =>
  unprocessable(
    "search_too_slow",
    "This search looks through too much. Add a condition that fewer leads meet, or look for fewer texts at once.",
  );

const totalOf = ({ total, isEstimate }: LeadPlace): Total => ({ total, isEstimate });

const endOf = (last: PlacedLead, total: Total): LeadPlace => ({ values: last.place, id: last.id, ...total });

/** The plain conditions of a list as a filter. */
function filterOf(principal: Principal, request: ListRequest): LeadFilter {
  const { q, assigned_agent: agent, disposition, priority } = request;
  const leaves: FilterLeaf[] = [];
  if (agent === "none") leaves.push({ field: "assigned_agent", op: "is_empty" });
  else if (agent !== undefined) {
    leaves.push({ field: "assigned_agent", op: "eq", value: agent === "me" ? principal.email : agent });
  }
  if (disposition !== undefined) leaves.push({ field: "disposition", op: "eq", value: disposition });
  if (priority !== undefined) leaves.push({ field: "priority", op: "eq", value: priority });
  if (q !== undefined && q !== "") leaves.push({ field: "text", op: "contains", value: q });
  return { and: leaves };
}

function visibleTo(principal: Principal): string {
  if (principal.agentId === undefined) throw new AppError(403, "forbidden", "Your account is not an agent's.");
  return principal.agentId;
}
