import type { FilterField, FilterLeaf, LeadFilter } from "./lead-filter";
import type { LeadSort } from "./lead-sort";

const FIELDS: Readonly<Record<FilterField, string>> = {
  name: "name",
  phone: "phone",
  email: "e-mail",
  source: "source",
  disposition: "disposition",
  priority: "priority",
  tags: "tags",
  assigned_agent: "agent",
  assigned_at: "time of assignment",
  last_activity: "last activity",
  notes_count: "number of notes",
  created_at: "time of creation",
  updated_at: "time of change",
  team: "team",
  locked: "lock",
  return_due_at: "time of return",
  follow_up_on: "follow-up",
  text: "text",
};

/** Values of a list that are named; of more, how many there are. */
const NAMED = 5;

/** A filter as a sentence for people, such as `priority is "urgent" and agent is nobody`. */
export function filterInWords(filter: LeadFilter): string {
  const words = inWords(filter, false);
  return words === "" ? "all leads" : words;
}

const ORDERS: Readonly<Record<LeadSort["field"], [ascending: string, descending: string]>> = {
  created_at: ["oldest first", "newest first"],
  assigned_at: ["earliest assigned first", "latest assigned first"],
  last_activity: ["longest without activity first", "latest activity first"],
  name: ["by name, A to Z", "by name, Z to A"],
  priority: ["lowest priority first", "highest priority first"],
  follow_up_on: ["earliest follow-up first", "latest follow-up first"],
};

/** The order of a search for people. */
export const sortInWords = ({ field, direction }: LeadSort): string => ORDERS[field][direction === "asc" ? 0 : 1];

function inWords(filter: LeadFilter, nested: boolean): string {
  if ("not" in filter) return `not (${inWords(filter.not, false)})`;
  if ("and" in filter || "or" in filter) {
    const [parts, word] = "and" in filter ? [filter.and, " and "] : [filter.or, " or "];
    if (parts.length === 0) return "and" in filter ? "" : "none";
    const joined = parts
      .map((part) => inWords(part, parts.length > 1))
      .filter((part) => part !== "")
      .join(word);
    return nested && parts.length > 1 ? `(${joined})` : joined;
  }
  return leafInWords(filter);
}

function leafInWords({ field, op, value }: FilterLeaf): string {
  const name = FIELDS[field];
  const nobody = field === "assigned_agent" || field === "team" ? `${name} is nobody` : `${name} is empty`;
  switch (op) {
    case "eq":
      return `${name} is ${said(value)}`;
    case "neq":
      return `${name} is not ${said(value)}`;
    case "in":
      return `${name} is one of ${said(value)}`;
    case "not_in":
      return `${name} is none of ${said(value)}`;
    case "contains":
      return `${name} ${field === "tags" ? "have" : "contains"} ${said(value)}`;
    case "not_contains":
      return `${name} ${field === "tags" ? "lack" : "does not contain"} ${said(value)}`;
    case "starts_with":
      return `${name} begins with ${said(value)}`;
    case "gt":
      return `${name} is ${isTime(field) ? "after" : "above"} ${said(value)}`;
    case "gte":
      return `${name} is ${said(value)} or ${isTime(field) ? "later" : "above"}`;
    case "lt":
      return `${name} is ${isTime(field) ? "before" : "below"} ${said(value)}`;
    case "lte":
      return `${name} is ${said(value)} or ${isTime(field) ? "earlier" : "below"}`;
    case "between": {
      const [from, to] = value as [unknown, unknown];
      return `${name} is between ${said(from)} and ${said(to)}`;
    }
    case "within_last": {
      const { n, unit } = value as { n: number; unit: string };
      return `${name} is within the last ${n} ${n === 1 ? unit.replace(/s$/, "") : unit}`;
    }
    case "is_empty":
      return field === "locked" ? "not locked" : nobody;
    case "is_not_empty":
      return field === "locked" ? "locked" : nobody.replace(" is ", " is not ");
  }
}

const isTime = (field: FilterField): boolean =>
  field.endsWith("_at") || field === "last_activity" || field === "follow_up_on";

function said(value: unknown): string {
  if (!Array.isArray(value)) return typeof value === "number" ? String(value) : `“${String(value)}”`;
  const named = value.slice(0, NAMED).map(said).join(", ");
  return value.length > NAMED ? `${named} and ${value.length - NAMED} more` : named;
}
