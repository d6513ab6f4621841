import { z } from "zod";
import { contract, staff } from "@/lib/http/contract";
import { editsSchema } from "./bulk-fields.schemas";
import { bulkUpdated, planAccepted } from "./bulk.schemas";

const EDITS_BODY_BYTES = 16 * 1_048_576;

export const bulkEdit = contract({
  method: "POST",
  path: "/api/leads/bulk-edit",
  summary: "Set other values on each of many leads, as a spreadsheet does; each row succeeds or fails by itself",
  access: staff,
  body: z.strictObject({ edits: editsSchema }),
  maxBodyBytes: EDITS_BODY_BYTES,
  response: z.union([bulkUpdated, planAccepted]),
  /** 202: the database went away in the middle; the plan goes on by itself. */
  statuses: { 200: bulkUpdated, 202: planAccepted },
  headers: { "bulk-plan-id": "the plan behind the work: to look at it and to undo it" },
});

export const editContracts = [bulkEdit];
