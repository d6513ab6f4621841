import type { Tx } from "@/lib/db/transaction";
import { notFound, unprocessable } from "@/lib/errors";
import { isId } from "@/lib/ids";
import type { Principal } from "@/lib/principal";
import type { LeadRow } from "../domain/lead";
import { maySee } from "../domain/permissions";
import type { LeadRepository } from "../repositories/lead.repository";

const unknownLead = () => notFound("This lead");

/** Finds leads for people: one that does not exist and one they may not see are the same 404. */
export class LeadAccess {
  constructor(private readonly leads: LeadRepository) {}

  async find(principal: Principal, leadId: string): Promise<LeadRow> {
    return visible(principal, isId(leadId) ? await this.leads.find(leadId.toLowerCase()) : undefined);
  }

  /** As find(), with the lead locked until the transaction ends. */
  async lock(tx: Tx, principal: Principal, leadId: string): Promise<LeadRow> {
    const id = leadId.toLowerCase();
    return visible(principal, isId(leadId) ? (await this.leads.lock(tx, [id])).get(id) : undefined);
  }

  /** Whether a disposition is open. Throws 422 unknown_disposition. */
  async isOpenDisposition(code: string): Promise<boolean> {
    const known = await this.leads.dispositions();
    const disposition = known.find((one) => one.code === code);
    if (disposition) return disposition.isOpen;
    throw unprocessable("unknown_disposition", `There is no disposition ${code}.`, {
      known: known.map((one) => one.code),
    });
  }
}

function visible(principal: Principal, lead: LeadRow | undefined): LeadRow {
  if (!lead || !maySee(principal, lead)) throw unknownLead();
  return lead;
}
