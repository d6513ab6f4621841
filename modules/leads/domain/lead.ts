export type Priority = "normal" | "high" | "urgent";

/** Tags that one lead may have. */
export const MAX_TAGS = 50;
/** Characters of one tag. */
export const MAX_TAG_LENGTH = 40;

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
  /** How whoever locked it is called; null when they are gone. */
  lockedByName: string | null;
  lockReason: string | null;
  /** When to get in touch next: a calendar date, YYYY-MM-DD. */
  follow_up_on: string | null;
  notesCount: number;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

/** The facts of a lead that an update may name, by the names of the wire. Who has the lead is not among them: that is assignment. */
export interface LeadFacts {
  name: string;
  phone: string;
  email: string | null;
  source: string;
  disposition: string;
  priority: Priority;
  tags: string[];
  follow_up_on: string | null;
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

/** A tag as it is kept: composed characters (NFC), trimmed, inner white space as single spaces, its case as written. */
export function canonicalTag(tag: string): string {
  return tag.normalize("NFC").replaceAll(/\s+/g, " ").trim();
}

/** What makes two tags the same: "VIP" and "vip" are. */
export function tagKey(tag: string): string {
  return canonicalTag(tag).toLowerCase();
}

/** Tags as they are kept: canonical, each once whatever its case, in the order and the writing first given. */
export function distinctTags(tags: readonly string[]): string[] {
  const kept = new Map<string, string>();
  for (const tag of tags) {
    const key = tagKey(tag);
    if (key !== "" && !kept.has(key)) kept.set(key, canonicalTag(tag));
  }
  return [...kept.values()];
}
