import fc from "fast-check";
import type { Db } from "@/lib/db/client";
import type { LeadFilter } from "@/modules/leads/domain/lead-filter";
import { type Direction, type LeadSort, type SortField, sortFields } from "@/modules/leads/domain/lead-sort";

/** A lead as the oracle sees it. */
export interface KnownLead {
  id: string;
  name: string;
  phone: string;
  email: string | null;
  source: string;
  disposition: string;
  priority: "normal" | "high" | "urgent";
  tags: string[];
  agentId: string | null;
  agent: string | null;
  teamId: string | null;
  team: string | null;
  locked: boolean;
  assignedAt: number | null;
  lastActivity: number | null;
  returnDueAt: number | null;
  followUpOn: string | null;
  notesCount: number;
  createdAt: number;
  updatedAt: number;
  notes: string[];
}

/** Every lead that is not removed, as the database has it now, read plainly. */
export async function knownLeads(db: Db): Promise<KnownLead[]> {
  const rows = await db.lead.findMany({
    where: { deletedAt: null },
    include: { team: true, agent: { include: { user: true } } },
  });
  const notes = Map.groupBy(await db.leadActivity.findMany({ where: { type: "note" } }), ({ leadId }) => leadId);
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    phone: row.phone,
    email: row.email,
    source: row.source,
    disposition: row.dispositionCode,
    priority: row.priority,
    tags: row.tags,
    agentId: row.assignedAgentId,
    agent: row.agent?.user.email ?? null,
    teamId: row.teamId,
    team: row.team?.name ?? null,
    locked: row.lockedAt !== null,
    assignedAt: row.assignedAt?.getTime() ?? null,
    lastActivity: row.lastActivityAt?.getTime() ?? null,
    returnDueAt: row.returnDueAt?.getTime() ?? null,
    followUpOn: row.followUpOn?.toISOString().slice(0, 10) ?? null,
    notesCount: row.notesCount,
    createdAt: row.createdAt.getTime(),
    updatedAt: row.updatedAt.getTime(),
    notes: (notes.get(row.id) ?? []).map(({ data }) => (data as { text: string }).text),
  }));
}

const PRIORITIES = ["normal", "high", "urgent"];
type Value = string | number | null;

const valueOf: Readonly<Record<string, (lead: KnownLead) => Value>> = {
  name: (lead) => lead.name,
  phone: (lead) => lead.phone,
  email: (lead) => lead.email,
  source: (lead) => lead.source,
  disposition: (lead) => lead.disposition,
  priority: (lead) => PRIORITIES.indexOf(lead.priority),
  assigned_agent: (lead) => lead.agent,
  team: (lead) => lead.team,
  locked: (lead) => (lead.locked ? "yes" : null),
  assigned_at: (lead) => lead.assignedAt,
  last_activity: (lead) => lead.lastActivity,
  return_due_at: (lead) => lead.returnDueAt,
  follow_up_on: (lead) => lead.followUpOn,
  notes_count: (lead) => lead.notesCount,
  created_at: (lead) => lead.createdAt,
  updated_at: (lead) => lead.updatedAt,
};

const INSTANTS = ["assigned_at", "last_activity", "return_due_at", "created_at", "updated_at"];
const UNITS = { minutes: 60_000, hours: 3_600_000, days: 86_400_000, weeks: 604_800_000 };

/** Whether a filter holds for a lead, said in plain JavaScript. */
export function holds(filter: LeadFilter, lead: KnownLead): boolean {
  if ("and" in filter) return filter.and.every((part) => holds(part, lead));
  if ("or" in filter) return filter.or.some((part) => holds(part, lead));
  if ("not" in filter) return !holds(filter.not, lead);
  const { field, op, value } = filter;
  if (field === "text") return hasText(lead, String(value));
  if (field === "tags") return tagsHold(op, value, lead.tags);
  const actual = valueOf[field]?.(lead) ?? null;
  const comparable = (given: unknown): Value =>
    field === "priority"
      ? PRIORITIES.indexOf(String(given))
      : INSTANTS.includes(field)
        ? Date.parse(String(given))
        : (given as Value);
  const compared = (given: unknown): number | undefined => {
    const other = comparable(given);
    if (actual === null || other === null) return undefined;
    return actual < other ? -1 : actual > other ? 1 : 0;
  };
  const lower = String(actual).toLowerCase();
  const given = String(value).toLowerCase();
  switch (op) {
    case "eq":
      return compared(value) === 0;
    case "neq":
      return compared(value) !== 0;
    case "in":
      return (value as unknown[]).some((one) => compared(one) === 0);
    case "not_in":
      return !(value as unknown[]).some((one) => compared(one) === 0);
    case "gt":
      return (compared(value) ?? -1) > 0;
    case "gte":
      return (compared(value) ?? -1) >= 0;
    case "lt":
      return (compared(value) ?? 1) < 0;
    case "lte":
      return (compared(value) ?? 1) <= 0;
    case "between": {
      const [from, to] = value as [unknown, unknown];
      return (compared(from) ?? -1) >= 0 && (compared(to) ?? 1) <= 0;
    }
    case "is_empty":
      return actual === null || actual === "";
    case "is_not_empty":
      return actual !== null && actual !== "";
    case "contains":
      return actual !== null && lower.includes(given);
    case "not_contains":
      return actual === null || !lower.includes(given);
    case "starts_with":
      return actual !== null && lower.startsWith(given);
    case "within_last": {
      const { n, unit } = value as { n: number; unit: keyof typeof UNITS };
      return actual !== null && (actual as number) >= Date.now() - n * UNITS[unit];
    }
  }
}

function tagsHold(op: string, value: unknown, tags: readonly string[]): boolean {
  switch (op) {
    case "contains":
      return tags.includes(String(value));
    case "not_contains":
      return !tags.includes(String(value));
    case "in":
      return (value as string[]).some((tag) => tags.includes(tag));
    case "not_in":
      return !(value as string[]).some((tag) => tags.includes(tag));
    default:
      return (tags.length === 0) === (op === "is_empty");
  }
}

function hasText(lead: KnownLead, text: string): boolean {
  const given = text.toLowerCase();
  const facts = [lead.name.toLowerCase(), lead.email?.toLowerCase() ?? ""];
  if (/^[\0-\x7f]{1,2}$/.test(given)) return ` ${facts.join("\n ")}`.includes(` ${given}`);
  const digits = /^[\d\s()+./-]+$/.test(given) ? given.replaceAll(/\D/g, "") : "";
  return (
    [...facts, lead.phone.slice(1), ...lead.notes.map((note) => note.toLowerCase())].some((one) =>
      one.includes(given),
    ) ||
    (digits.length >= 3 && lead.phone.includes(digits))
  );
}

export function visibleTo(agentId: string, teamIds: readonly string[], lead: KnownLead): boolean {
  if (lead.agentId !== null) return lead.agentId === agentId;
  return lead.teamId === null || teamIds.includes(lead.teamId);
}

/** The ids in the order of a sort: empty values last, ties by id (priority: by creation first). */
export function ordered(leads: readonly KnownLead[], { field, direction }: LeadSort): string[] {
  const way = direction === "asc" ? 1 : -1;
  const keys = (lead: KnownLead): Value[] => [
    valueOf[field]?.(lead) ?? null,
    field === "priority" ? lead.createdAt : 0,
    lead.id,
  ];
  return leads
    .toSorted((one, other) => {
      const [left, right] = [keys(one), keys(other)];
      for (const [at, mine] of left.entries()) {
        const theirs = right[at] ?? null;
        if (mine === theirs) continue;
        if (mine === null) return 1;
        if (theirs === null) return -1;
        return mine < theirs ? -way : way;
      }
      return 0;
    })
    .map(({ id }) => id);
}

/** Words that some leads have, that no lead has, and that mean something to SQL, LIKE or the search form. */
export const WORDS = [
  ..."ann Ann ANNA o'b 100% _ \\ % ab a 7 1555 55570 (555) example zzz quokka Åsa å ДМИТ Дм 李 303 X303 ZZ z e".split(
    " ",
  ),
  ..."XX A.B .com".split(" "),
  "back\\slash",
  "maple street",
  "555-700",
] as const;

const instants = fc
  .integer({ min: 0, max: 300 })
  .map((hours) => new Date(Date.parse("2026-11-10T00:00:00Z") + hours * 3_600_000).toISOString());

const dates = instants.map((at) => at.slice(0, 10));

/** A leaf that every operator may come up in, over the values that the world's leads have. */
function leaf(agents: readonly string[], teams: readonly string[]): fc.Arbitrary<LeadFilter> {
  const one = (values: readonly string[]) => fc.constantFrom(...values);
  const many = (values: fc.Arbitrary<unknown>) => fc.array(values, { minLength: 1, maxLength: 3 });
  const cases: fc.Arbitrary<LeadFilter>[] = [];
  const add = (fields: readonly string[], ops: readonly string[], value: fc.Arbitrary<unknown>): void => {
    cases.push(fc.record({ field: one(fields), op: one(ops), value }).map((made) => made as unknown as LeadFilter));
  };
  const scalars: [readonly string[], fc.Arbitrary<unknown>][] = [
    [["name", "email", "phone"], one([...WORDS, "Ann Lee", "+15557001007"])],
    [["source"], one(["web", "event", "nowhere"])],
    [["disposition"], one(["new", "contacted", "closed"])],
    [["priority"], one(PRIORITIES)],
    [["assigned_agent"], one([...agents, "nobody@evenhand.test"])],
    [["team"], one([...teams, "no such team"])],
    [["notes_count"], fc.integer({ min: 0, max: 3 })],
    [["follow_up_on"], dates],
  ];
  for (const [fields, value] of scalars) {
    add(fields, ["eq", "neq"], value);
    add(fields, ["in", "not_in"], many(value));
  }
  add(["name", "email", "phone", "source"], ["contains", "not_contains", "starts_with"], one(WORDS));
  const ranges: [readonly string[], fc.Arbitrary<unknown>][] = [
    [["priority"], one(PRIORITIES)],
    [["notes_count"], fc.integer({ min: 0, max: 3 })],
    [INSTANTS, instants],
    [["follow_up_on"], dates],
  ];
  for (const [fields, value] of ranges) {
    add(fields, ["gt", "gte", "lt", "lte"], value);
    add(fields, ["between"], fc.tuple(value, value));
  }
  add(
    ["name", "email", "assigned_agent", "team", "locked", "tags", "follow_up_on", ...INSTANTS],
    ["is_empty", "is_not_empty"],
    fc.constant(undefined),
  );
  add(
    INSTANTS,
    ["within_last"],
    fc.record({ n: fc.integer({ min: 1, max: 400 }), unit: fc.constantFrom("hours", "days") }),
  );
  add(["tags"], ["contains", "not_contains"], one(["hot", "vip", "none such"]));
  add(["tags"], ["in", "not_in"], many(one(["hot", "vip", "none such"])));
  const texts = fc.record({ field: fc.constant("text"), op: fc.constant("contains"), value: one(WORDS) });
  // Often, since free text is what the ways of searching differ in.
  cases.push(...Array.from({ length: 4 }, () => texts.map((made) => made as unknown as LeadFilter)));
  return fc.oneof(...cases);
}

/** Filters of every shape, some levels deep. */
export function filters(agents: readonly string[], teams: readonly string[]): fc.Arbitrary<LeadFilter> {
  const { filter } = fc.letrec<{ filter: LeadFilter; leaf: LeadFilter }>((tie) => ({
    leaf: leaf(agents, teams),
    filter: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      tie("leaf"),
      fc.array(tie("filter"), { maxLength: 3 }).map((and) => ({ and })),
      fc.array(tie("filter"), { maxLength: 3 }).map((or) => ({ or })),
      tie("filter").map((not) => ({ not })),
    ),
  }));
  return filter;
}

export const sorts: fc.Arbitrary<LeadSort> = fc.record({
  field: fc.constantFrom<SortField>(...sortFields),
  direction: fc.constantFrom<Direction>("asc", "desc"),
});
