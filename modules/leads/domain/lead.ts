export type Priority = "normal" | "high" | "urgent";

/** A lead as stored, with its agent's names and what its disposition means. */
export interface LeadRow {
  id: string;
  name: string;
  phone: string;
  email: string | null;
  source: string;
  disposition: string;
  isOpen: boolean;
  priority: Priority;
  tags: string[];
  assignedAgentId: string | null;
  assignedAgentEmail: string | null;
  assignedAgentName: string | null;
  assignedAt: Date | null;
  lastActivityAt: Date | null;
  /** When it goes back to the pool unless its agent works on it before; null when no timer runs. */
  returnDueAt: Date | null;
  /** Only members of this team see it while nobody has it; null: everybody's. */
  teamId: string | null;
  teamName: string | null;
  /** A locked lead stays with its agent and is left out of bulk work. */
  lockedAt: Date | null;
  lockedBy: string | null;
  lockReason: string | null;
  notesCount: number;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

/** The facts of a lead that an update may name. Who has the lead is not among them: that is assignment. */
export interface LeadFacts {
  name: string;
  phone: string;
  email: string | null;
  source: string;
  disposition: string;
  priority: Priority;
  tags: string[];
}

export type LeadChange = { [Field in keyof LeadFacts]?: LeadFacts[Field] | undefined };

/** What changes when `change` is applied to `lead`: only the fields whose value is another one, before and after. */
export function difference(
  lead: LeadFacts,
  change: LeadChange,
): { fields: (keyof LeadFacts)[]; before: Partial<LeadFacts>; after: Partial<LeadFacts> } {
  const fields = (Object.keys(change) as (keyof LeadFacts)[]).filter(
    (field) => change[field] !== undefined && !sameValue(lead[field], change[field]),
  );
  const only = (from: LeadChange): Partial<LeadFacts> =>
    Object.fromEntries(fields.map((field) => [field, from[field]])) as Partial<LeadFacts>;
  return { fields, before: only(lead), after: only(change) };
}

function sameValue(one: unknown, other: unknown): boolean {
  if (!Array.isArray(one) || !Array.isArray(other)) return one === other;
  return one.length === other.length && one.every((item, index) => item === other[index]);
}

/** Tags as they are kept: each once, in the order given. */
export function distinctTags(tags: readonly string[]): string[] {
  return [...new Set(tags)];
}
