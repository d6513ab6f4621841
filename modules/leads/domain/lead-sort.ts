import { z } from "zod";

/** What leads may be ordered by; the last tie-break is always the lead's id, and leads without a value come last. */
export const sortFields = ["created_at", "assigned_at", "last_activity", "name", "priority"] as const;
export type SortField = (typeof sortFields)[number];
export type Direction = "asc" | "desc";

export interface LeadSort {
  field: SortField;
  direction: Direction;
}

export const sortSchema = z.strictObject({
  field: z.enum(sortFields),
  direction: z.enum(["asc", "desc"]).optional().describe("ascending for names, descending for the others"),
});

/** The order meant when a request says only part of it: newest first. */
export function fullSort(given: { field?: SortField | undefined; direction?: Direction | undefined } = {}): LeadSort {
  const { field = "created_at", direction = field === "name" ? "asc" : "desc" } = given;
  return { field, direction };
}
