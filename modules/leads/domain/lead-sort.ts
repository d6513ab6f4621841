import { z } from "zod";

/** What leads may be ordered by; the last tie-break is always the lead's id, and leads without a value come last. */
export const sortFields = ["created_at", "assigned_at", "last_activity", "name", "priority", "follow_up_on"] as const;
export type SortField = (typeof sortFields)[number];
export type Direction = "asc" | "desc";

export interface LeadSort {
  field: SortField;
  direction: Direction;
}

export const sortSchema = z.strictObject({
  field: z.enum(sortFields),
  direction: z
    .enum(["asc", "desc"])
    .optional()
    .describe("ascending for names and follow-ups, descending for the others"),
});

/** What is read from its beginning; of the others the latest and the highest come first. */
const ASCENDING: readonly SortField[] = ["name", "follow_up_on"];

/** The order meant when a request says only part of it: newest first. */
export function fullSort(given: { field?: SortField | undefined; direction?: Direction | undefined } = {}): LeadSort {
  const { field = "created_at", direction = ASCENDING.includes(field) ? "asc" : "desc" } = given;
  return { field, direction };
}
