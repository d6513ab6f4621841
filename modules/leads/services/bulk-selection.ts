import { refuseTooMany, wantedLeads, type WantedLead } from "../domain/bulk";
import type { LeadFilter } from "../domain/lead-filter";
import type { LeadSelectionRepository } from "../repositories/lead-selection.repository";
import { BULK_IN_REQUEST, BULK_MAX } from "../schemas";

/** What a bulk request is about: the leads it names, or those its search finds now. */
export interface Selection {
  lead_ids?: string[] | undefined;
  search?: { filter: LeadFilter } | undefined;
}

/** Turns the selection of a bulk request into leads, each once, within what one request may change. */
export class BulkSelection {
  constructor(private readonly leads: LeadSelectionRepository) {}

  /** Throws 413 above a million leads, 422 above 10,000 and for a filter that means nothing. */
  async resolve(selection: Selection): Promise<WantedLead[]> {
    if (!selection.search) return wantedLeads(selection.lead_ids ?? [], BULK_IN_REQUEST, BULK_MAX);
    const { filter } = selection.search;
    const ids = await this.leads.ids(filter, BULK_IN_REQUEST + 1);
    if (ids.length > BULK_IN_REQUEST) {
      refuseTooMany(await this.leads.count(filter, BULK_MAX + 1), BULK_IN_REQUEST, BULK_MAX);
    }
    return ids.map((id) => ({ given: id, id }));
  }
}
