import type { Db } from "@/lib/db/client";
import type { LeadRow } from "../domain/lead";
import { leadColumns } from "./lead.repository";

/** Leads that may be the same person. */
export class LeadDuplicatesRepository {
  constructor(private readonly db: Db) {}

  /**
   * Other leads with the phone number or the e-mail address of this one, newest first. Addresses have no index of their
   * own, which every assignment would have to write: they are found by their trigrams, and then compared.
   */
  async of(lead: Pick<LeadRow, "id" | "phone" | "email">, most: number): Promise<LeadRow[]> {
    return this.db.$queryRaw<LeadRow[]>`
      SELECT ${leadColumns} FROM leads l
      WHERE l.deleted_at IS NULL AND l.id <> ${lead.id}::uuid
        AND (l.phone = ${lead.phone} OR l.email = ${lead.email}::text)
        AND l.id IN (
          SELECT p.id FROM leads p WHERE p.phone = ${lead.phone}
          UNION SELECT s.lead_id FROM lead_search s
            WHERE s.note_id = 0 AND s.text LIKE '%Z ' || search_form(${lead.email}::text) || 'Z%')
      ORDER BY l.created_at DESC, l.id DESC LIMIT ${most}::int`;
  }
}
