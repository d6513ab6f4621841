import { tookTooLong } from "@/lib/db/transaction";
import { type AppError, unprocessable } from "@/lib/errors";
import type { Principal } from "@/lib/principal";
import type { z } from "zod";
import { type CursorCodec, type LeadPlace, placeAt, positionOf } from "../domain/cursor";
import type { FilterLeaf, LeadFilter } from "../domain/lead-filter";
import { fullSort, type LeadSort } from "../domain/lead-sort";
import { leadView } from "../domain/lead-view";
import type { LeadAnchorRepository } from "../repositories/lead-anchor.repository";
import type { LeadListRepository, LeadSearch, PlacedLead, Total } from "../repositories/lead-list.repository";
import type { Lead, listLeads } from "../schemas";
import type { advancedSearch } from "../search.schemas";
import { searchRequest } from "./lead-search-request";

type ListRequest = z.output<NonNullable<(typeof listLeads)["query"]>>;
type SearchRequest = z.output<NonNullable<(typeof advancedSearch)["body"]>>;

export interface LeadPage {
  leads: Lead[];
  next_cursor: string | null;
  total: number;
  total_is_estimate: boolean;
}

/** Where a page begins, and how long it is. */
interface Where {
  cursor?: string | undefined;
  skip?: number | undefined;
  limit?: number | undefined;
}

const PAGE = 50;

/** Pages of the leads a person may see. */
export class LeadListService {
  constructor(
    private readonly leads: LeadListRepository,
    private readonly anchors: Pick<LeadAnchorRepository, "passOver">,
    private readonly cursors: CursorCodec,
  ) {}

  /** The leads that meet a few plain conditions. Refusals as search(). */
  async list(principal: Principal, request: ListRequest): Promise<LeadPage> {
    const { cursor, limit, sort, direction } = request;
    return this.page(principal, filterOf(principal, request), fullSort({ field: sort, direction }), {
      cursor,
      limit,
    });
  }

  /**
   * The leads that a filter finds: one page, `skip` leads behind its cursor, with the cursor of the next. A cursor is
   * good for the person, filter and order it was made for; else 400 invalid_cursor. Throws 422 for a filter that means
   * nothing.
   */
  async search(principal: Principal, { filter, sort, ...where }: SearchRequest): Promise<LeadPage> {
    return this.page(principal, filter ?? { and: [] }, fullSort(sort), where);
  }

  private async page(
    principal: Principal,
    given: LeadFilter,
    sort: LeadSort,
    { cursor, skip = 0, limit = PAGE }: Where,
  ): Promise<LeadPage> {
    const { search, purpose } = searchRequest(principal, given, sort);
    const after = cursor === undefined ? undefined : placeAt(this.cursors.decode(purpose, cursor));
    const { rows, total, isEstimate } = await this.find(search, after, skip, limit + 1);
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
  private async find(search: LeadSearch, after: LeadPlace | undefined, skip: number, limit: number) {
    try {
      if (!after) return await this.leads.first(search, limit);
      if (skip > 0) {
        const place = await this.anchors.passOver(search, after, skip);
        const rows = place ? await this.leads.next(search, place, after.total, limit) : [];
        return { rows, ...totalOf(after) };
      }
      return { rows: await this.leads.next(search, after, after.total, limit), ...totalOf(after) };
    } catch (error) {
      if (tookTooLong(error)) throw tooSlow();
      throw error;
    }
  }
}

export const tooSlow = (): AppError =>
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
