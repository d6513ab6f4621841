import { difference, distinctTags, type LeadFacts, MAX_TAGS } from "@/modules/leads/domain/lead";
import type { FactsChange, KnownLead, LeadKeys, NewLead } from "@/modules/leads/domain/lead-import";
import type { MatchKey } from "./import-fields";
import type { CellError, ReadRow, RowCode, RowFacts } from "./import-row";

/** What happens with a row whose lead is there already. */
export const dedupeModes = ["skip", "update", "merge"] as const;
export type DedupeMode = (typeof dedupeModes)[number];

export interface Rules {
  mode: DedupeMode;
  match: readonly MatchKey[];
  /** What new leads have where their row says nothing. */
  source: string;
  /** Tags that every lead gets which the import makes or changes. */
  tags: readonly string[];
  /** Dispositions that are open. */
  open: ReadonlySet<string>;
}

/** What comes of a row: in a dry run what would. */
export const rowOutcomes = ["created", "updated", "unchanged", "skipped", "failed"] as const;
export type RowOutcome = (typeof rowOutcomes)[number];

export interface RowResult {
  n: number;
  outcome: RowOutcome;
  leadId: string | null;
  /** The row of this file that means the same lead. */
  twin?: number;
  errors?: CellError[];
}

export interface Creation extends NewLead {
  n: number;
}

export interface Change extends FactsChange {
  /** The first row that means it. */
  n: number;
}

export interface ChunkDecision {
  results: RowResult[];
  creations: Creation[];
  changes: Change[];
}

/** A lead while the rows of one chunk are applied to it, one after the other. */
interface Target {
  id: string;
  lead: KnownLead | undefined;
  facts: LeadFacts;
  firstRow: number | undefined;
  notes: string | undefined;
}

/**
 * Decides what comes of the rows, in the order of the file: each is applied to what those before it have made. `known`
 * are the leads that any of them may mean; `idOf` names the one that a row makes. Pure: the dry run and the import ask the
 * same question.
 */
export function decideChunk(
  rows: readonly ReadRow[],
  known: readonly KnownLead[],
  rules: Rules,
  idOf: (row: ReadRow) => string,
): ChunkDecision {
  const board = new Board(known, rules.match, idOf);
  const results = rows.map((row): RowResult => {
    const failed = (errors: CellError[]): RowResult => ({ n: row.n, outcome: "failed", leadId: null, errors });
    if (row.errors.length > 0) return failed(row.errors);
    const found = board.find(row.facts);
    if (found.length > 1)
      return failed([
        whole("matches_two_leads", "Its phone number and its e-mail address belong to two different leads."),
      ]);
    const [target] = found;
    if (!target) {
      const missing = missingOf(row.facts, rules.match);
      if (missing) return failed([missing]);
      const made = board.add(row, factsOfNew(row.facts, rules));
      return { n: row.n, outcome: "created", leadId: made.id };
    }
    return applied(row, target, board, rules);
  });
  return { results, ...board.outcome() };
}

function applied(row: ReadRow, target: Target, board: Board, rules: Rules): RowResult {
  const twin = target.firstRow === undefined ? {} : { twin: target.firstRow };
  const result = (outcome: RowOutcome): RowResult => ({ n: row.n, outcome, leadId: target.id, ...twin });
  target.firstRow ??= row.n;
  if (rules.mode === "skip") return result("skipped");
  const next = combined(target.facts, row.facts, rules);
  const { fields } = difference(target.facts, next);
  if (fields.length === 0) return result("unchanged");
  const problem = obstacle(target, next, rules);
  if (problem) return { ...result("failed"), errors: [problem] };
  target.facts = next;
  board.index(target);
  return result("updated");
}

/** What stands in the way of a change; the lead is left as it is. */
function obstacle({ lead }: Target, next: LeadFacts, { open }: Rules): CellError | undefined {
  if (next.tags.length > MAX_TAGS) return whole("too_many_tags", `A lead has at most ${MAX_TAGS} tags.`);
  if (!lead) return undefined;
  if (lead.isLocked)
    return whole("lead_locked", "Somebody has locked this lead, so that bulk work leaves it as it is.");
  if (lead.isAssigned && !lead.isOpen && open.has(next.disposition)) {
    return whole(
      "reopens_assigned",
      "It would reopen a lead that an agent has. Reopen it there, where its agent's room is looked at.",
    );
  }
  return undefined;
}

/** The lead's facts with what the row says: instead of them (update), or only where there is nothing (merge). */
function combined(facts: LeadFacts, { leadId: _id, notes: _notes, tags, ...given }: RowFacts, rules: Rules): LeadFacts {
  const added = (own: readonly string[]): string[] => distinctTags([...own, ...rules.tags]);
  if (rules.mode === "merge") {
    const email = facts.email ?? given.email ?? null;
    const follow_up_on = facts.follow_up_on ?? given.follow_up_on ?? null;
    return { ...facts, email, follow_up_on, tags: added([...facts.tags, ...(tags ?? [])]) };
  }
  return { ...facts, ...given, tags: added(tags ?? facts.tags) };
}

/** The facts of the lead that a row makes. */
export function factsOfNew(facts: RowFacts, { source, tags }: Rules): LeadFacts {
  return {
    name: facts.name ?? "",
    phone: facts.phone ?? "",
    email: facts.email ?? null,
    source: facts.source ?? source,
    disposition: facts.disposition ?? "new",
    priority: facts.priority ?? "normal",
    tags: distinctTags([...(facts.tags ?? []), ...tags]),
    follow_up_on: facts.follow_up_on ?? null,
  };
}

/** The lead that a row of a former chunk would make, for a dry run: the row stands for it. */
export const leadToBe = ({ n, facts }: ReadRow, rules: Rules): KnownLead => ({
  ...factsOfNew(facts, rules),
  id: idOfLeadToBe({ n }),
  version: 1,
  isOpen: true,
  isAssigned: false,
  isLocked: false,
});

export const idOfLeadToBe = ({ n }: Pick<ReadRow, "n">): string => `${TO_BE}${n}`;

/** The row that stands for a lead; undefined for a lead that there is. */
export const rowOfLeadToBe = (leadId: string): number | undefined =>
  leadId.startsWith(TO_BE) ? Number(leadId.slice(TO_BE.length)) : undefined;

const TO_BE = "row ";

/** What the rows are recognised by. */
export function keysOf(rows: readonly ReadRow[]): LeadKeys {
  const facts = rows.map((row) => row.facts);
  return {
    ids: facts.flatMap(({ leadId }) => leadId ?? []),
    phones: facts.flatMap(({ phone }) => phone ?? []),
    emails: facts.flatMap(({ email }) => email ?? []),
  };
}

function missingOf({ name, phone, leadId, email }: RowFacts, match: readonly MatchKey[]): CellError | undefined {
  const given = { lead_id: leadId, phone, email };
  if (match.every((key) => given[key] === undefined) && phone === undefined) {
    return whole("nothing_to_match", "It has nothing that a lead is recognised by, and no phone number.");
  }
  if (phone === undefined) return whole("value_missing", "No lead matches, and a new one needs a phone number.");
  if (name === undefined) return whole("value_missing", "No lead matches, and a new one needs a name.");
  return undefined;
}

const whole = (code: RowCode, message: string): CellError => ({ column: null, code, message });

/** The leads of one chunk by what they are recognised by. */
class Board {
  private readonly byKey = new Map<string, Target>();
  private readonly targets: Target[] = [];
  private readonly made: { target: Target; row: ReadRow }[] = [];

  constructor(
    known: readonly KnownLead[],
    private readonly match: readonly MatchKey[],
    private readonly idOf: (row: ReadRow) => string,
  ) {
    for (const lead of known) {
      const { name, phone, email, source, disposition, priority, tags, follow_up_on } = lead;
      const facts = { name, phone, email, source, disposition, priority, tags, follow_up_on };
      const target: Target = { id: lead.id, lead, facts, firstRow: undefined, notes: undefined };
      this.targets.push(target);
      this.index(target);
    }
  }

  /** The leads that the facts mean: one by its id, or those of the phone number and of the e-mail address. */
  find({ leadId, phone, email }: RowFacts): Target[] {
    const of = (key: MatchKey, value: string | undefined): Target | undefined =>
      value === undefined || !this.match.includes(key) ? undefined : this.byKey.get(`${key} ${value}`);
    const named = of("lead_id", leadId);
    if (named) return [named];
    return [...new Set([of("phone", phone), of("email", email)])].filter((target) => target !== undefined);
  }

  add(row: ReadRow, facts: LeadFacts): Target {
    const target: Target = { id: this.idOf(row), lead: undefined, facts, firstRow: row.n, notes: row.facts.notes };
    this.made.push({ target, row });
    this.index(target);
    return target;
  }

  /** Of several leads with one phone number the first known one, which is the oldest, is meant. */
  index(target: Target): void {
    const { phone, email } = target.facts;
    for (const key of [`lead_id ${target.id}`, `phone ${phone}`, ...(email === null ? [] : [`email ${email}`])]) {
      if (!this.byKey.has(key)) this.byKey.set(key, target);
    }
  }

  outcome(): { creations: Creation[]; changes: Change[] } {
    const creations = this.made.map(({ target: { id, facts, notes }, row: { n } }) => ({ id, n, facts, notes }));
    const changes = this.targets.flatMap(({ id, lead, facts, firstRow = 0 }): Change[] => {
      if (!lead) return [];
      const { fields, before, after } = difference(lead, facts);
      if (fields.length === 0) return [];
      return [{ id, n: firstRow, version: lead.version, before, after }];
    });
    return { creations, changes };
  }
}
