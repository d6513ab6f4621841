import { z } from "zod";

/** Something done that can be taken back: the plan behind it, in words. */
const entrySchema = z.strictObject({ planId: z.string(), words: z.string() });
export type Entry = z.infer<typeof entrySchema>;

/** Undone by the plan's undo; done again by the undo of that. The plans are on the server, these are their ids. */
export const historySchema = z.strictObject({ undo: z.array(entrySchema), redo: z.array(entrySchema) });
export type History = z.infer<typeof historySchema>;

export const NOTHING_DONE: History = { undo: [], redo: [] };
const MOST = 100;

/** Something new was done: what was undone before cannot be done again. */
export const did = (history: History, entry: Entry): History => ({
  undo: [...history.undo, entry].slice(-MOST),
  redo: [],
});

/** The last thing was undone, by the plan `planId`. */
export const undid = ({ undo, redo }: History, planId: string): History => {
  const last = undo.at(-1);
  return { undo: undo.slice(0, -1), redo: last ? [...redo, { ...last, planId }] : redo };
};

/** The last undone thing was done again, by the plan `planId`. */
export const redid = ({ undo, redo }: History, planId: string): History => {
  const last = redo.at(-1);
  return { undo: last ? [...undo, { ...last, planId }] : undo, redo: redo.slice(0, -1) };
};

/** The last entry of one side can no longer be followed. */
export const dropped = (history: History, side: keyof History): History => ({
  ...history,
  [side]: history[side].slice(0, -1),
});
