import { setImmediate } from "node:timers/promises";
import { tookTooLong } from "@/lib/db/transaction";
import type { Principal } from "@/lib/principal";
import { BULK_MAX, namedLeads, refuseTooMany } from "../domain/bulk";
import type { ExportSelection, LeadSnapshot } from "../domain/lead-export";
import type { LeadFilter } from "../domain/lead-filter";
import { fullSort } from "../domain/lead-sort";
import type { LeadExportRepository } from "../repositories/lead-export.repository";
import { tooSlow } from "./lead-list.service";
import { searchRequest } from "./lead-search-request";
import type { SearchesByName } from "./plan-requests";

/** What somebody wants to take out. */
export interface AskedLeads {
  lead_ids?: string[] | undefined;
  search?: { filter?: LeadFilter | undefined; sort?: Parameters<typeof fullSort>[0] } | undefined;
  saved_search_id?: string | undefined;
}

export interface ChosenLeads {
  selection: ExportSelection;
  /** How many were named; undefined for a search. */
  named: number | undefined;
}

/** Leads for those who take them out of the house: each gets what they may see. */
export class LeadsOut {
  constructor(
    private readonly leads: Pick<LeadExportRepository, "count" | "open">,
    private readonly searches: SearchesByName,
  ) {}

  /**
   * Throws 413 for more than a million ids, 422 for a filter that means nothing, 404 for a saved search that this person
   * does not see. What it says now is what is taken out, whatever becomes of it.
   */
  async choose(principal: Principal, { lead_ids, saved_search_id, ...asked }: AskedLeads): Promise<ChosenLeads> {
    const saved = saved_search_id === undefined ? undefined : await this.searches.one(principal, saved_search_id);
    const search = saved ?? asked.search;
    const { search: wanted } = searchRequest(principal, search?.filter ?? { and: [] }, fullSort(search?.sort));
    const { filter, sort, visibleTo } = wanted;
    if (lead_ids === undefined) {
      const name = saved && { name: saved.name };
      return { selection: { search: { filter, sort, ...name }, visibleTo }, named: undefined };
    }
    const named = await namedLeads(lead_ids, () => setImmediate());
    return { selection: { ids: named.ids.filter((id) => id !== null), visibleTo }, named: named.ids.length };
  }

  /**
   * How many leads a selection has at this moment, counted up to one more than `most`. Throws 413 above a million, 422
   * search_too_slow when the database has to give up.
   */
  async count(selection: ExportSelection, most: number = BULK_MAX): Promise<number> {
    try {
      const count = await this.leads.count(selection, most);
      refuseTooMany(count);
      return count;
    } catch (error) {
      if (tookTooLong(error)) throw tooSlow();
      throw error;
    }
  }

  /** The selected leads as they are at this moment, and stay for whoever reads them. */
  open(selection: ExportSelection): Promise<LeadSnapshot> {
    return this.leads.open(selection);
  }
}
