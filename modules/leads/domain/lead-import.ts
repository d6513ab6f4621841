import type { LeadFacts } from "./lead";

/** What leads may be recognised by. */
export interface LeadKeys {
  ids: readonly string[];
  /** E.164. */
  phones: readonly string[];
  /** In lower case. */
  emails: readonly string[];
}

/** A lead that a file may mean, as it is at this moment. */
export interface KnownLead extends LeadFacts {
  id: string;
  version: number;
  isOpen: boolean;
  isAssigned: boolean;
  isLocked: boolean;
}

/** A lead that comes into the house. */
export interface NewLead {
  id: string;
  facts: LeadFacts;
  notes: string | undefined;
}

/** Other facts for a lead that was locked as it is in `version`. */
export interface FactsChange {
  id: string;
  version: number;
  before: Partial<LeadFacts>;
  after: Partial<LeadFacts>;
}

/** What became of a lead that was to be taken back. */
export type TakenBack = "removed" | "set_back" | "changed_since" | "lead_locked" | "lead_not_found" | "no_capacity";

/** A lead to take back: away with it, or back to what it was, if nobody has written it since. */
export interface ToTakeBack {
  leadId: string;
  isNew: boolean;
  version: number;
  before: Partial<LeadFacts> | null;
}
