import { z } from "zod";
import { idList, pathId } from "@/lib/http/fields";
import { BULK_MAX } from "./domain/bulk";
import { filterSchema } from "./domain/lead-filter";
import { sortSchema } from "./domain/lead-sort";

/** Which leads are taken out: those named, or everything that a search finds; without a filter every lead. */
export const selectionFields = {
  lead_ids: idList(BULK_MAX).optional(),
  search: z.strictObject({ filter: filterSchema.optional(), sort: sortSchema.optional() }).optional(),
  saved_search_id: pathId.optional().describe("what a saved search finds at this moment, in its order"),
};

export { columnFacts, type ExportColumn, exportColumns } from "./domain/lead-export";
