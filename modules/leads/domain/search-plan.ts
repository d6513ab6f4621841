import { isShort } from "./free-text";
import { allLeaves, type FilterField, type FilterLeaf, type LeadFilter, requiredLeaves } from "./lead-filter";
import type { Priority } from "./lead";

/** What a small sample of the tables says about a search. Numbers of rows, and shares of rows from 0 to 1. */
export interface SearchProbe {
  /** Rows of leads, and of lead_search, as far as the database knows. */
  leads: number;
  texts: number;
  /** Leads looked at; those among them that everything but the driving texts lets through; those that match. */
  sampled: number;
  filtered: number;
  matched: number;
  /** Leads looked at that a walk in order passes before the first of those that match. */
  passed: number;
  /** How common each text is that was looked at. */
  shares: ReadonlyMap<string, TextShares>;
}

/** Shares of lead_search's rows that hold a text: of all of them, and counting notes only. */
export interface TextShares {
  all: number;
  notes: number;
}

/** What is assumed of a text that was not looked at. */
export const EVERYWHERE: TextShares = { all: 1, notes: 1 };

/** How to find the leads of a search. Every way finds the same ones. */
export interface SearchPlan {
  /** So many match that a page is soon full: go through the leads in order, and tell an estimated total. */
  manyMatch: boolean;
  /** How many match, by the sample. */
  estimate: number;
  /** Leads that a walk in order may look at before it gives up: several times what a page should take. */
  walkRows: number;
  /** What matches begins far beyond them, by the sample: such a walk would be in vain. */
  liesFar: boolean;
  /** The leaf whose text to begin with, when few leads have it. */
  driver: FilterLeaf | undefined;
  /**
   * How the free texts are asked for: all leads with a rare one are looked up ("set"); else each lead is asked, for its
   * own words alone when few notes have the text, which are looked up ("own"), or for its notes too ("row").
   */
  texts: ReadonlyMap<FilterLeaf, "set" | "own" | "row">;
}

/** Where one way of searching ends and another begins, in leads. */
export interface SearchLimits {
  /** Counting stops here: beyond it an estimate is told, and said to be one. */
  exactUpTo: number;
  /** An estimate that leaves little doubt that more match, when so many of the sample did: a count would be in vain. */
  surelyMany: number;
  sureSample: number;
  /** From so many matches on, walking along an index finds a page sooner than gathering all that match. */
  walkFrom: number;
  /** Leads that a walk looks at, at most, before it gives up: those that match lie together, further on. */
  walkRows: number;
  /** Up to so many rows of lead_search, the leads or notes with a text are looked up at once. */
  rareRows: number;
}

export const searchLimits: SearchLimits = {
  exactUpTo: 10_000,
  surelyMany: 15_000,
  sureSample: 60,
  walkFrom: 800,
  walkRows: 80_000,
  rareRows: 20_000,
};

/**
 * Microseconds, measured at a million leads on two cores: to read one lead in a scan; to ask one lead for a text, its own
 * words alone or its notes too; and to find one row by its text and then its lead.
 */
const SCAN_COST = 0.1;
const ASK_COST = { set: 0, own: 1, row: 3 };
const LOOK_UP_COST = 2;

/** How much longer than it should be a walk may get: those that match never lie evenly. */
const WALK_TIMES = 8;
const LEAST_WALK = 2_000;
/**
 * The first match in a sample stands so many times further than a walk goes: by chance once in hundreds of searches
 * when those that match lie evenly.
 */
const FAR_TIMES = 3;
/** Texts looked at in a sample: a filter may have many, and each costs some milliseconds. */
const MOST_TEXTS = 8;
const PARTS: readonly string[] = ["contains", "starts_with", "eq"];

/** The leaves that say a text which every lead found must hold, fit for the trigram index: where a search can begin. */
export function drivingLeaves(filter: LeadFilter): FilterLeaf[] {
  return requiredLeaves(filter).filter(({ field, op, value }) => {
    if (field === "text") return true;
    return (field === "name" || field === "email") && PARTS.includes(op) && !isShort(String(value));
  });
}

/** The texts of a filter whose frequency a plan wants to know. */
export function textsToProbe(filter: LeadFilter): string[] {
  const leaves = [...drivingLeaves(filter), ...freeTexts(filter)];
  return [...new Set(leaves.map(textOf))].slice(0, MOST_TEXTS);
}

/**
 * The conditions to ask of a lead first, and those that look through texts and lists. A scan that asks only the first
 * ones can also be shared by parallel workers.
 */
export function byEffort(filter: LeadFilter): { first: LeadFilter; later: LeadFilter } {
  const isSlow = (part: LeadFilter): boolean => allLeaves(part).some(({ field }) => SLOW.has(field));
  const parts = requiredParts(filter);
  return { first: { and: parts.filter((part) => !isSlow(part)) }, later: { and: parts.filter(isSlow) } };
}

function requiredParts(filter: LeadFilter): LeadFilter[] {
  return "and" in filter ? filter.and.flatMap(requiredParts) : [filter];
}

const SLOW: ReadonlySet<FilterField> = new Set(["text", "tags", "name", "email", "phone"]);

const PRIORITIES: readonly Priority[] = ["normal", "high", "urgent"];

/** The priorities that a filter's required conditions leave, the lowest first. */
export function prioritiesOf(filter: LeadFilter): Priority[] {
  const leaves = requiredLeaves(filter).filter(({ field }) => field === "priority");
  return PRIORITIES.filter((priority) => leaves.every((leaf) => allows(leaf, priority)));
}

function allows({ op, value }: FilterLeaf, priority: Priority): boolean {
  const rank = (of: unknown): number => PRIORITIES.indexOf(of as Priority);
  const [low, high] = [value].flat().map(rank);
  const own = rank(priority);
  if (low === undefined) return true;
  switch (op) {
    case "eq":
    case "in":
      return [value].flat().includes(priority);
    case "neq":
    case "not_in":
      return ![value].flat().includes(priority);
    case "gt":
      return own > low;
    case "gte":
      return own >= low;
    case "lt":
      return own < low;
    case "lte":
      return own <= low;
    case "between":
      return own >= low && own <= (high ?? low);
    default:
      return true;
  }
}

/** What is left of a filter without these of its required leaves. */
export function without(filter: LeadFilter, leaves: readonly FilterLeaf[]): LeadFilter {
  if ("and" in filter) return { and: filter.and.map((part) => without(part, leaves)) };
  if ("or" in filter || "not" in filter) return filter;
  return leaves.includes(filter) ? { and: [] } : filter;
}

/**
 * Decides by what the sample says: the database's own planner misjudges how many rows hold a text, and how many meet
 * two conditions at once.
 */
export function searchPlan(
  filter: LeadFilter,
  probe: SearchProbe,
  limit: number,
  limits: SearchLimits = searchLimits,
): SearchPlan {
  const share = (rows: number): number => (probe.sampled === 0 ? 0 : rows / probe.sampled);
  const sharesOf = (leaf: FilterLeaf): TextShares => probe.shares.get(textOf(leaf)) ?? EVERYWHERE;
  const rowsWith = (leaf: FilterLeaf): number => sharesOf(leaf).all * probe.texts;
  const wayOf = (leaf: FilterLeaf): "set" | "own" | "row" => {
    if (rowsWith(leaf) <= limits.rareRows) return "set";
    return sharesOf(leaf).notes * probe.texts <= limits.rareRows ? "own" : "row";
  };
  const texts = new Map(freeTexts(filter).map((leaf) => [leaf, wayOf(leaf)]));
  const ask = [...texts.values()].reduce((sum, way) => sum + ASK_COST[way], 0);
  const [best] = drivingLeaves(filter).toSorted((one, other) => rowsWith(one) - rowsWith(other));
  const scan = probe.leads * (SCAN_COST + share(probe.filtered) * ask);
  const estimate = Math.round(share(probe.matched) * probe.leads);
  const walkRows = Math.min(
    limits.walkRows,
    LEAST_WALK + Math.round((WALK_TIMES * limit * probe.leads) / Math.max(1, estimate)),
  );
  return {
    manyMatch: probe.matched >= limits.sureSample && estimate >= limits.surelyMany,
    estimate,
    walkRows,
    liesFar: share(probe.passed) * probe.leads > FAR_TIMES * walkRows,
    driver: best && rowsWith(best) * LOOK_UP_COST < scan ? best : undefined,
    texts,
  };
}

function freeTexts(filter: LeadFilter): FilterLeaf[] {
  return allLeaves(filter).filter(({ field }) => field === "text");
}

const textOf = (leaf: FilterLeaf): string => String(leaf.value);
