import type { z } from "zod";
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
  sort: LeadSort;
  direction: Direction;
}

const SORTS: readonly string[] = [
  "created_at",
  "assigned_at",
  "last_activity",
  "name",
  "priority",
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
    sort: SORTS.includes(sort) ? (sort as LeadSort) : "created_at",
    direction: params.get("direction") === "asc" ? "asc" : "desc",
  };
}

/** The address's query for these filters, without what is the default. */
export function writeFilters(filters: LeadFilters): string {
  const params = new URLSearchParams();
  const { q, disposition, priority, agent, sort, direction } = filters;
  if (q !== "") params.set("q", q);
  if (disposition) params.set("disposition", disposition);
  if (priority) params.set("priority", priority);
  if (agent) params.set("agent", agent);
  if (sort !== "created_at") params.set("sort", sort);
  if (direction !== "desc") params.set("direction", direction);
  return params.size > 0 ? `?${params}` : "";
}

export function isFiltered({ q, disposition, priority, agent }: LeadFilters): boolean {
  return q !== "" || disposition !== undefined || priority !== undefined || agent !== undefined;
}
