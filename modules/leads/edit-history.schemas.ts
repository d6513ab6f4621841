import { z } from "zod";
import { contract, staff } from "@/lib/http/contract";
import { instant } from "@/lib/http/fields";

const entrySchema = z.strictObject({
  plan_id: z.string(),
  kind: z
    .enum(["update", "edits", "assign"])
    .describe("what was done at first, however often it was undone and redone"),
  leads: z.int().describe("that were written"),
  at: instant,
});
export type HistoryEntry = z.infer<typeof entrySchema>;

export const editHistory = contract({
  method: "GET",
  path: "/api/edit-history",
  summary: "What you have done in bulk and in cells and may take back, and what you took back and may do again",
  access: staff,
  response: z.strictObject({
    undo: z.array(entrySchema).describe("the newest first; undone by the plan's undo"),
    redo: z.array(entrySchema).describe("the next first: undos since your last change; done again by their undo"),
  }),
});

export const editHistoryContracts = [editHistory];
