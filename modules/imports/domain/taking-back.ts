import { CHUNK_ROWS } from "@/modules/leads/domain/bulk";
import type { TakenBack, ToTakeBack } from "@/modules/leads/domain/lead-import";

/** A lead that an import wrote, as an undo finds it. */
export type WrittenLead = ToTakeBack;
/** What an undo did with a lead, or why it left it alone. */
export type UndoOutcome = TakenBack;
/** Leads that a chunk of the plan has which deals the new ones. */
export const PLAN_CHUNK_ROWS = CHUNK_ROWS;
