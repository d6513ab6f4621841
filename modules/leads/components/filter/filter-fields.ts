import {
  type FilterField,
  type FilterLeaf,
  type FilterOp,
  type LeadFilter,
  kindOf,
  opsOf,
} from "../../domain/lead-filter";
import { priorityWords, sentence } from "../lead-words";

export type FieldKind = ReturnType<typeof kindOf>;

interface FieldWords {
  label: string;
  /** What one may type before the colon; the first is how it is written back. */
  names: readonly string[];
}

/** The fields of a filter as people name them. */
export const fieldWords: Readonly<Record<FilterField, FieldWords>> = {
  name: { label: "Name", names: ["name"] },
  phone: { label: "Phone", names: ["phone"] },
  email: { label: "E-mail", names: ["email", "e-mail", "mail"] },
  source: { label: "Source", names: ["source"] },
  disposition: { label: "Disposition", names: ["disposition", "status"] },
  priority: { label: "Priority", names: ["priority"] },
  tags: { label: "Tags", names: ["tag", "tags"] },
  assigned_agent: { label: "Agent", names: ["assigned", "agent", "assigned_agent"] },
  assigned_at: { label: "Assigned", names: ["assigned_at"] },
  last_activity: { label: "Last activity", names: ["activity", "last_activity"] },
  notes_count: { label: "Notes", names: ["notes", "notes_count"] },
  created_at: { label: "Created", names: ["created", "created_at"] },
  updated_at: { label: "Changed", names: ["changed", "updated", "updated_at"] },
  team: { label: "Team", names: ["team"] },
  locked: { label: "Locked", names: ["locked"] },
  follow_up_on: { label: "Follow-up", names: ["follow", "followup", "follow-up", "follow_up_on"] },
  return_due_at: { label: "Goes back", names: ["due", "return_due_at"] },
  text: { label: "Any text", names: ["text"] },
};

export const fields = Object.keys(fieldWords) as readonly FilterField[];

const byName = new Map(fields.flatMap((field) => fieldWords[field].names.map((name) => [name, field] as const)));

export const fieldNamed = (name: string): FilterField | undefined => byName.get(name.toLowerCase());

const TIME_OPS: Partial<Record<FilterOp, string>> = { gt: "after", gte: "from", lt: "before", lte: "until" };
const OPS: Readonly<Record<FilterOp, string>> = {
  eq: "is",
  neq: "is not",
  in: "is one of",
  not_in: "is none of",
  contains: "contains",
  not_contains: "does not contain",
  starts_with: "begins with",
  gt: "above",
  gte: "at least",
  lt: "below",
  lte: "at most",
  between: "between",
  is_empty: "is empty",
  is_not_empty: "is not empty",
  within_last: "in the last",
};
const TAG_OPS: Partial<Record<FilterOp, string>> = {
  contains: "have",
  not_contains: "do not have",
  in: "have one of",
  not_in: "have none of",
  is_empty: "are none",
  is_not_empty: "are some",
};

/** An operator in words, as it reads behind its field. */
export function opWords(field: FilterField, op: FilterOp): string {
  const kind = kindOf(field);
  if (kind === "presence") return op === "is_empty" ? "no" : "yes";
  if (kind === "tags") return TAG_OPS[op] ?? OPS[op];
  if (kind === "instant" || kind === "date") return TIME_OPS[op] ?? OPS[op];
  return OPS[op];
}

/** What values are called that are stored as codes. */
export interface ValueNames {
  disposition: (code: string) => string;
  agent: (email: string) => string;
  instant: (at: string) => string;
  date: (date: string) => string;
  number: (value: number) => string;
}

/** A leaf as a sentence: "Priority is High". */
export function leafWords({ field, op, value }: FilterLeaf, names: ValueNames): string {
  const { label } = fieldWords[field];
  if (field === "assigned_agent" && op === "is_empty") return "Unassigned";
  if (field === "locked") return op === "is_empty" ? "Not locked" : "Locked";
  const words = opWords(field, op);
  const named = valueWords(field, op, value, names);
  return named === "" ? `${label} ${words}` : `${label} ${words} ${named}`;
}

/** A whole tree as a sentence, with brackets where groups stand in groups. */
export function filterWords(filter: LeadFilter, names: ValueNames, inside = false): string {
  if ("not" in filter) return `not (${filterWords(filter.not, names)})`;
  const [parts, joint] = "and" in filter ? [filter.and, " and "] : "or" in filter ? [filter.or, " or "] : [];
  if (!parts) return leafWords(filter as FilterLeaf, names);
  const words = parts.map((part) => filterWords(part, names, true)).join(joint);
  return inside && parts.length > 1 ? `(${words})` : words;
}

function valueWords(field: FilterField, op: FilterOp, value: unknown, names: ValueNames): string {
  if (Array.isArray(value)) {
    const joint = op === "between" ? " and " : ", ";
    return value.map((each) => valueWords(field, op, each, names)).join(joint);
  }
  if (isWindow(value)) return `${value.n} ${value.n === 1 ? value.unit.slice(0, -1) : value.unit}`;
  if (typeof value === "number") return names.number(value);
  if (typeof value !== "string") return "";
  switch (kindOf(field)) {
    case "instant":
      return names.instant(value);
    case "date":
      return names.date(value);
    case "priority":
      return value in priorityWords ? priorityWords[value as keyof typeof priorityWords].label : value;
    case "agent":
      return names.agent(value);
    case "choice":
      return field === "disposition" ? names.disposition(value) : sentence(value);
    default:
      return field === "text" ? `“${value}”` : value;
  }
}

export interface Window {
  n: number;
  unit: "minutes" | "hours" | "days" | "weeks";
}

export const isWindow = (value: unknown): value is Window =>
  typeof value === "object" && value !== null && "n" in value && "unit" in value;

/** A new condition on a field, with the operator one means most often. `today` is the person's date. */
export function freshLeaf(field: FilterField, today: string): FilterLeaf {
  const [first] = opsOf(field);
  const kind = kindOf(field);
  if (kind === "instant") return { field, op: "within_last", value: { n: 7, unit: "days" } };
  if (kind === "date") return { field, op: "lte", value: today };
  const op: FilterOp = kind === "text" ? "contains" : kind === "number" ? "gte" : (first ?? "eq");
  return op === "is_empty"
    ? { field, op }
    : { field, op, value: kind === "priority" ? "high" : kind === "number" ? 1 : "" };
}

/** The same condition with another operator, keeping what it was compared with where that still fits. */
export function withOp({ field, value }: FilterLeaf, op: FilterOp, today: string): FilterLeaf {
  const fallback = freshLeaf(field, today).value;
  const [one] = Array.isArray(value) ? value : isWindow(value) ? [] : [value];
  const scalar: unknown = one ?? (isWindow(fallback) ? new Date().toISOString() : fallback);
  switch (op) {
    case "is_empty":
    case "is_not_empty":
      return { field, op };
    case "within_last":
      return { field, op, value: { n: 7, unit: "days" } };
    case "in":
    case "not_in":
      return { field, op, value: Array.isArray(value) ? value : scalar === "" ? [] : [scalar] };
    case "between":
      return { field, op, value: Array.isArray(value) && value.length === 2 ? value : [scalar, scalar] };
    default:
      return { field, op, value: scalar };
  }
}
