import type { z } from "zod";
import { type FilterLeaf, filterSchema, type LeadFilter, requiredLeaves } from "../domain/lead-filter";
import type { LeadSort as SearchSort } from "../domain/lead-sort";
import { listLeads, prioritySchema, type Lead } from "../schemas";

type Query = z.output<NonNullable<typeof listLeads.query>>;
export type LeadSort = NonNullable<Query["sort"]>;
export type Direction = NonNullable<Query["direction"]>;

/** What the list shows, as it stands in the page's address. */
export interface LeadFilters {
  q: string;
  disposition: string | undefined;
  priority: Lead["priority"] | undefined;
  /** An e-mail, "none" or "me". */
  agent: string | undefined;
  /** A tree of conditions beside these. */
  tree: LeadFilter | undefined;
  /** The saved search that this began with. */
  view: string | undefined;
  sort: LeadSort;
  direction: Direction;
}

const SORTS: readonly string[] = [
  "created_at",
  "assigned_at",
  "last_activity",
  "name",
  "priority",
  "follow_up_on",
] satisfies LeadSort[];

/** Reads the address; whatever is not understood counts as not given. */
export function readFilters(params: URLSearchParams): LeadFilters {
  const priority = prioritySchema.safeParse(params.get("priority"));
  const sort = params.get("sort") ?? "";
  return {
    q: params.get("q")?.slice(0, 200) ?? "",
    disposition: params.get("disposition") || undefined,
    priority: priority.success ? priority.data : undefined,
    agent: params.get("agent") || undefined,
    tree: readTree(params.get("filter")),
    view: params.get("view") || undefined,
    sort: SORTS.includes(sort) ? (sort as LeadSort) : "created_at",
    direction: params.get("direction") === "asc" ? "asc" : "desc",
  };
}

/** The address's query for these filters, without what is the default. */
export function writeFilters(filters: LeadFilters): string {
  const params = new URLSearchParams();
  const { q, disposition, priority, agent, tree, view, sort, direction } = filters;
  if (view) params.set("view", view);
  if (tree) params.set("filter", JSON.stringify(tree));
  if (q !== "") params.set("q", q);
  if (disposition) params.set("disposition", disposition);
  if (priority) params.set("priority", priority);
  if (agent) params.set("agent", agent);
  if (sort !== "created_at") params.set("sort", sort);
  if (direction !== "desc") params.set("direction", direction);
  return params.size > 0 ? `?${params}` : "";
}

export function isFiltered({ q, disposition, priority, agent, tree }: LeadFilters): boolean {
  return q !== "" || [disposition, priority, agent, tree].some((each) => each !== undefined);
}

/** No conditions; the order stays. */
export const unfiltered = ({ sort, direction }: Pick<LeadFilters, "sort" | "direction">): LeadFilters => ({
  q: "",
  disposition: undefined,
  priority: undefined,
  agent: undefined,
  tree: undefined,
  view: undefined,
  sort,
  direction,
});

function readTree(text: string | null): LeadFilter | undefined {
  if (text === null) return undefined;
  try {
    const parsed = filterSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined; // Not JSON, or deeper or wider than a filter may be: an address that somebody has edited.
  }
}

/** Which leads a list shows, and in which order: the plain tree that searches, bulk plans and exports understand. */
export interface ListSearch {
  filter: LeadFilter;
  sort: SearchSort;
}

/** The search that these filters stand for; `me` is the e-mail of whoever looks. */
export function searchOf(filters: LeadFilters, me: string): ListSearch {
  const { q, disposition, priority, agent, tree, sort, direction } = filters;
  // Conditions joined by "and" stay side by side: a view saved again and again must not get deeper.
  const leaves: LeadFilter[] = tree === undefined ? [] : "and" in tree ? [...tree.and] : [tree];
  if (agent === "none") leaves.push({ field: "assigned_agent", op: "is_empty" });
  else if (agent !== undefined) leaves.push({ field: "assigned_agent", op: "eq", value: agent === "me" ? me : agent });
  if (disposition !== undefined) leaves.push({ field: "disposition", op: "eq", value: disposition });
  if (priority !== undefined) leaves.push({ field: "priority", op: "eq", value: priority });
  if (q.trim() !== "") leaves.push({ field: "text", op: "contains", value: q.trim() });
  return { filter: { and: leaves }, sort: { field: sort, direction } };
}

/** The filters that show a saved search: plain conditions in their own controls, what is left as a tree. */
export function filtersOf(search: ListSearch, view: string, me: string): LeadFilters {
  const filters = unfiltered({ sort: search.sort.field, direction: search.sort.direction });
  const isPlain = "and" in search.filter && search.filter.and.every((part) => "field" in part);
  if (!isPlain) return { ...filters, view, tree: search.filter };
  const left: FilterLeaf[] = [];
  for (const leaf of requiredLeaves(search.filter)) if (!takeLeaf(filters, leaf, me)) left.push(leaf);
  return { ...filters, view, tree: left.length > 0 ? { and: left } : undefined };
}

function takeLeaf(filters: LeadFilters, { field, op, value }: FilterLeaf, me: string): boolean {
  if (field === "assigned_agent" && op === "is_empty" && filters.agent === undefined) filters.agent = "none";
  else if (typeof value !== "string") return false;
  else if (field === "text" && filters.q === "") filters.q = value;
  else if (op !== "eq") return false;
  else if (field === "assigned_agent" && filters.agent === undefined) filters.agent = value === me ? "me" : value;
  else if (field === "disposition" && filters.disposition === undefined) filters.disposition = value;
  else if (field === "priority" && filters.priority === undefined) filters.priority = value as LeadFilters["priority"];
  else return false;
  return true;
}
