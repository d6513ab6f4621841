import type { z } from "zod";
import { tookTooLong } from "@/lib/db/transaction";
import type { Principal } from "@/lib/principal";
import type { LeadFilter } from "../domain/lead-filter";
import { fullSort, type LeadSort, type SortField } from "../domain/lead-sort";
import type { leadNeighbours } from "../people.schemas";
import type { LeadListRepository, LeadSearch, PlacedLead } from "../repositories/lead-list.repository";
import type { LeadAccess } from "./lead-access";
import { tooSlow } from "./lead-list.service";
import { searchRequest } from "./lead-search-request";

type Request = z.output<NonNullable<(typeof leadNeighbours)["body"]>>;
type Neighbours = z.output<NonNullable<(typeof leadNeighbours)["response"]>>;

/** How many match is not known here; whoever assumes many walks, and gathers where that leads too far. */
const MANY = Number.POSITIVE_INFINITY;

/** Leads without a value here come last in both directions. */
const NULLABLE: readonly SortField[] = ["assigned_at", "last_activity"];

/** The leads beside one in the order of a search. */
export class LeadNeighbours {
  constructor(
    private readonly access: Pick<LeadAccess, "find">,
    private readonly leads: LeadListRepository,
  ) {}

  /**
   * Before and after the lead where it would stand now, also when the search does not find it any more: whoever works
   * through a list goes on although each lead leaves it. Throws 404, 422 for a filter that means nothing and
   * search_too_slow.
   */
  async of(principal: Principal, leadId: string, { filter = { and: [] }, sort }: Request): Promise<Neighbours> {
    const lead = await this.access.find(principal, leadId);
    const { search } = searchRequest(principal, filter, fullSort(sort));
    const values = await this.leads.place(lead.id, search.sort.field);
    try {
      const [next] = await this.leads.next(search, { values, id: lead.id }, MANY, 1);
      return { previous: named(await this.before(search, { values, id: lead.id })), next: named(next) };
    } catch (error) {
      if (tookTooLong(error)) throw tooSlow();
      throw error;
    }
  }

  private async before(
    search: LeadSearch,
    at: { values: string[] | null; id: string },
  ): Promise<PlacedLead | undefined> {
    const back = { ...search, sort: reversed(search.sort) };
    if (!NULLABLE.includes(search.sort.field)) return (await this.leads.next(back, at, MANY, 1))[0];
    // Read backwards, those without a value would come after those that have one; they come after them forwards too.
    const having = { ...back, filter: withValue(search.filter, search.sort.field) };
    if (at.values !== null) return (await this.leads.next(having, at, MANY, 1))[0];
    const [lacking] = await this.leads.next(back, at, MANY, 1);
    return lacking ?? (await this.leads.first(having, 1)).rows[0];
  }
}

const reversed = ({ field, direction }: LeadSort): LeadSort => ({
  field,
  direction: direction === "asc" ? "desc" : "asc",
});

function withValue(filter: LeadFilter, field: SortField): LeadFilter {
  const leaf = { field, op: "is_not_empty" as const };
  return "and" in filter ? { and: [...filter.and, leaf] } : { and: [filter, leaf] };
}

const named = (lead: PlacedLead | undefined): Neighbours["next"] =>
  lead ? { lead_id: lead.id, name: lead.name } : null;
