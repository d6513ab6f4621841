import type { Tx } from "@/lib/db/transaction";
import { AppError, notFound, unprocessable } from "@/lib/errors";
import { isId } from "@/lib/ids";
import type { Principal } from "@/lib/principal";
import type { LeadRow } from "../domain/lead";
import { maySee } from "../domain/permissions";
import type { LeadRepository } from "../repositories/lead.repository";

const unknownLead = () => notFound("This lead");

/** Knows which teams an agent belongs to. */
export interface TeamMemberships {
  isMember(teamId: string, agentId: string, tx?: Tx): Promise<boolean>;
}

/** Knows what a removed lead was merged into. */
export interface MergedLeads {
  survivorOf(leadId: string, tx?: Tx): Promise<LeadRow | undefined>;
}

/**
 * Finds leads for people: one that does not exist and one they may not see are the same 404. One that became part of a
 * lead they may see is 410 lead_merged, with that lead's id in `merged_into`.
 */
export class LeadAccess {
  constructor(
    private readonly leads: LeadRepository,
    private readonly merged: MergedLeads,
    private readonly teams: TeamMemberships,
  ) {}

  async find(principal: Principal, leadId: string): Promise<LeadRow> {
    const id = leadId.toLowerCase();
    const lead = isId(id) ? await this.leads.find(id) : undefined;
    return (await this.visible(principal, lead)) ?? (await this.refuse(principal, id));
  }

  /** As find(), with the lead locked until the transaction ends. */
  async lock(tx: Tx, principal: Principal, leadId: string): Promise<LeadRow> {
    const id = leadId.toLowerCase();
    const lead = isId(id) ? (await this.leads.lock(tx, [id])).get(id) : undefined;
    return (await this.visible(principal, lead, tx)) ?? (await this.refuse(principal, id, tx));
  }

  /** Throws what this person is to be told of a lead that is not there for them. */
  async refuse(principal: Principal, leadId: string, tx?: Tx): Promise<never> {
    const into = isId(leadId) ? await this.merged.survivorOf(leadId, tx) : undefined;
    const survivor = await this.visible(principal, into, tx);
    if (!survivor) throw unknownLead();
    throw new AppError(410, "lead_merged", `This lead is part of ${survivor.name} now.`, { merged_into: survivor.id });
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

  /** The lead when this person may see it. Memberships are asked for only where they decide. */
  private async visible(principal: Principal, lead: LeadRow | undefined, tx?: Tx): Promise<LeadRow | undefined> {
    if (!lead || maySee(principal, lead, [])) return lead;
    const { teamId } = lead;
    const { agentId } = principal;
    if (teamId === null || agentId === undefined || !maySee(principal, lead, [teamId])) return undefined;
    return (await this.teams.isMember(teamId, agentId, tx)) ? lead : undefined;
  }
}
