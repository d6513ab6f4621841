import type { Tx } from "@/lib/db/transaction";
import { unprocessable } from "@/lib/errors";
import type { Principal } from "@/lib/principal";
import type { TeamLead } from "../domain/permissions";
import type { Person } from "../people.schemas";
import type { LeadPeopleRepository, PersonRow } from "../repositories/lead-people.repository";
import type { LeadAccess } from "./lead-access";

const MOST = 20;

/** Who sees a lead: whom its notes may mention. */
export class LeadPeople {
  constructor(
    private readonly access: Pick<LeadAccess, "find">,
    private readonly rows: LeadPeopleRepository,
  ) {}

  /** Those whose name or e-mail holds `words`, by name, for whoever sees the lead. Throws 404. */
  async find(principal: Principal, leadId: string, words = ""): Promise<Person[]> {
    const lead = await this.access.find(principal, leadId);
    const found = await this.rows.find(lead, words, MOST);
    return found.map(({ email, name, role }) => ({ email, name, role }));
  }

  /**
   * The people behind these e-mails, each once. Throws 422 cannot_be_mentioned naming those who are not here or do not
   * see the lead: they could not read what they were mentioned in.
   */
  async mentioned(tx: Tx, lead: TeamLead, emails: readonly string[]): Promise<PersonRow[]> {
    const wanted = [...new Set(emails.map((email) => email.toLowerCase()))];
    if (wanted.length === 0) return [];
    const found = await this.rows.named(tx, lead, wanted);
    const missing = wanted.filter((email) => !found.some((person) => person.email === email));
    if (missing.length === 0) return found;
    const detail = `${missing.join(", ")} cannot be mentioned here: only people who see this lead can.`;
    throw unprocessable("cannot_be_mentioned", detail, { people: missing });
  }

  /** Keeps whom a note mentions. */
  async keep(tx: Tx, activityId: bigint, people: readonly PersonRow[]): Promise<void> {
    if (people.length > 0) {
      await this.rows.mention(
        tx,
        activityId,
        people.map(({ userId }) => userId),
      );
    }
  }
}
