import { type Principal, requireStaff } from "@/lib/principal";
import { leadView } from "../domain/lead-view";
import { sameFacts } from "../domain/merge";
import type { LeadDuplicatesRepository } from "../repositories/lead-duplicates.repository";
import type { Lead } from "../schemas";
import type { LeadAccess } from "./lead-access";

const MOST = 50;

/** Finds what may be worth merging. */
export class LeadDuplicatesService {
  constructor(
    private readonly access: LeadAccess,
    private readonly duplicates: LeadDuplicatesRepository,
  ) {}

  /** Leads with the same phone number or e-mail address (managers), newest first, and which of them. Throws 404. */
  async of(principal: Principal, leadId: string): Promise<{ lead: Lead; same: ("phone" | "email")[] }[]> {
    requireStaff(principal);
    const lead = await this.access.find(principal, leadId);
    const found = await this.duplicates.of(lead, MOST);
    return found.map((other) => ({ lead: leadView(other), same: sameFacts(lead, other) }));
  }
}
