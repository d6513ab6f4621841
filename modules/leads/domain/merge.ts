import { difference, distinctTags, MAX_TAGS, type LeadFacts, type LeadRow } from "./lead";

/** The rules below by which merging, unmerging and restoring decide who has a lead; stored with what they decided. */
export const OWNERSHIP_POLICY = "ownership-1";

/** Fields of which a merge keeps one side's value. Tags are not among them: both sides' tags stay. */
export const mergeFields = [
  "name",
  "phone",
  "email",
  "source",
  "disposition",
  "priority",
  "assigned_agent",
  "team",
  "follow_up_on",
] as const;
export type MergeField = (typeof mergeFields)[number];

export type Side = "this" | "other";
export type Keep = { readonly [Field in MergeField]?: Side | undefined };

/** A lead, removed ones too, with what a merge carries over besides its facts. */
export interface WholeLead extends LeadRow {
  firstTouchedAt: Date | null;
  touchedAt: Date | null;
  mergedInto: string | null;
  isRemoved: boolean;
}

/** Who has a lead, and since when: it goes from one lead to another only as a whole. */
export type Ownership = Pick<WholeLead, "assignedAgentId" | "assignedAt" | "touchedAt" | "returnDueAt">;

/** What merging, unmerging and restoring write of a lead. */
export interface LeadState extends LeadFacts, Ownership {
  teamId: string | null;
  notesCount: number;
  firstTouchedAt: Date | null;
}

export const NOBODY: Ownership = { assignedAgentId: null, assignedAt: null, touchedAt: null, returnDueAt: null };

export function stateOf(lead: WholeLead): LeadState {
  const { name, phone, email, source, disposition, priority, tags, follow_up_on } = lead;
  const { teamId, notesCount, firstTouchedAt } = lead;
  return {
    ...{ name, phone, email, source, disposition, priority, tags, follow_up_on, teamId, notesCount, firstTouchedAt },
    ...ownershipOf(lead),
  };
}

function ownershipOf({ assignedAgentId, assignedAt, touchedAt, returnDueAt }: WholeLead): Ownership {
  return { assignedAgentId, assignedAt, touchedAt, returnDueAt };
}

export interface Merged {
  state: LeadState;
  isOpen: boolean;
  /** Whose agent the survivor has. */
  owner: Side;
  /** Fields that the survivor has otherwise than before, as the wire names them. */
  changes: Record<string, { from: string | string[] | null; to: string | string[] | null }>;
  tagsLeftOut: string[];
}

/**
 * The survivor once another lead is part of it: its own values unless `keep` says otherwise, the other's where it has
 * none, the tags of both (its own first, at most MAX_TAGS).
 */
export function merged(survivor: WholeLead, other: WholeLead, keep: Keep): Merged {
  const side = (field: MergeField): WholeLead => (keep[field] === "other" ? other : survivor);
  const { disposition, isOpen } = side("disposition");
  const owner = ownerSide(survivor, other, keep, isOpen);
  const { teamId, teamName } = side("team");
  const allTags = distinctTags([...survivor.tags, ...other.tags]);
  const facts: LeadFacts = {
    name: side("name").name,
    phone: side("phone").phone,
    email: keep.email === undefined ? (survivor.email ?? other.email) : side("email").email,
    source: side("source").source,
    disposition,
    priority: side("priority").priority,
    tags: allTags.slice(0, Math.max(MAX_TAGS, survivor.tags.length)),
    follow_up_on:
      keep.follow_up_on === undefined
        ? (survivor.follow_up_on ?? other.follow_up_on)
        : side("follow_up_on").follow_up_on,
  };
  const agentOf = owner === "this" ? survivor : other;
  const { before, after } = difference(survivor, facts);
  const changes: Merged["changes"] = Object.fromEntries(
    (Object.keys(after) as (keyof LeadFacts)[]).map((field) => [
      field,
      { from: before[field] ?? null, to: after[field] ?? null },
    ]),
  );
  if (agentOf.assignedAgentId !== survivor.assignedAgentId) {
    changes.assigned_agent = { from: survivor.assignedAgentEmail, to: agentOf.assignedAgentEmail };
  }
  if (teamId !== survivor.teamId) changes.team = { from: survivor.teamName, to: teamName };
  return {
    state: {
      ...facts,
      ...ownershipOf(agentOf),
      // A closed lead has no timer, whichever side it came from.
      ...(isOpen ? {} : { returnDueAt: null }),
      teamId,
      notesCount: survivor.notesCount + other.notesCount,
      firstTouchedAt: earlier(survivor.firstTouchedAt, other.firstTouchedAt),
    },
    isOpen,
    owner,
    changes,
    tagsLeftOut: allTags.slice(facts.tags.length),
  };
}

/**
 * A survivor that nobody has goes to the other's agent, who has this customer already, unless that would need a place
 * which the agent has not taken yet.
 */
function ownerSide(survivor: WholeLead, other: WholeLead, keep: Keep, isOpen: boolean): Side {
  if (keep.assigned_agent !== undefined) return keep.assigned_agent;
  if (survivor.assignedAgentId !== null || other.assignedAgentId === null) return "this";
  return other.isOpen || !isOpen ? "other" : "this";
}

export interface Place {
  assignedAgentId: string | null;
  isOpen: boolean;
  isRemoved: boolean;
}

/** How many more open leads each agent has afterwards (fewer: negative); agents with as many as before are missing. */
export function placesTaken(before: readonly Place[], after: readonly Place[]): Map<string, number> {
  const taken = new Map<string, number>();
  const count = (places: readonly Place[], step: 1 | -1): void => {
    for (const { assignedAgentId: agent, isOpen, isRemoved } of places) {
      if (agent !== null && isOpen && !isRemoved) taken.set(agent, (taken.get(agent) ?? 0) + step);
    }
  };
  count(before, -1);
  count(after, 1);
  return new Map([...taken].filter(([, delta]) => delta !== 0));
}

/** The facts that two leads have in common by which people are found: the same person, most likely. */
export function sameFacts(one: LeadFacts, other: LeadFacts): ("phone" | "email")[] {
  const same: ("phone" | "email")[] = [];
  if (one.phone === other.phone) same.push("phone");
  if (one.email !== null && one.email === other.email) same.push("email");
  return same;
}

function earlier(one: Date | null, other: Date | null): Date | null {
  if (one === null || other === null) return one ?? other;
  return one <= other ? one : other;
}
