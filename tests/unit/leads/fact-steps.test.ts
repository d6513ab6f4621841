import { expect, test } from "vitest";
import { forgotten, moved, NO_STEPS, stillHolds, written } from "@/modules/leads/components/fact-steps";
import type { Lead } from "@/modules/leads/schemas";

const calm = { saying: "Priority: Normal", back: { priority: "high" }, again: { priority: "normal" } } as const;
const named = { saying: "Name saved", back: { name: "Dana" }, again: { name: "Dana W." } } as const;

test("changes are taken back from the last one, and done again from the first; a new one ends that", () => {
  const both = written(written(NO_STEPS, calm), named);
  const back = moved(moved(both, named, "undo"), calm, "undo");
  expect(back).toEqual({ undo: [], redo: [named, calm] });
  expect(moved(back, calm, "redo")).toEqual({ undo: [calm], redo: [named] });
  expect(written(back, named)).toEqual({ undo: [named], redo: [] });
  expect(forgotten(both, calm)).toEqual({ undo: [named], redo: [] });
});

test("a step holds while the lead has what it left, other facts apart", () => {
  const lead = { priority: "normal", name: "Dana", tags: ["a"] } as Lead;
  expect(stillHolds(lead, calm, "undo")).toBe(true);
  expect(stillHolds({ ...lead, name: "Somebody else's" }, calm, "undo")).toBe(true);
  expect(stillHolds({ ...lead, priority: "urgent" }, calm, "undo")).toBe(false);
  expect(stillHolds(lead, calm, "redo")).toBe(false);
  const tagged = { saying: "", back: { tags: [] }, again: { tags: ["a"] } };
  expect(stillHolds(lead, tagged, "undo")).toBe(true);
  expect(stillHolds({ ...lead, tags: ["a", "b"] }, tagged, "undo")).toBe(false);
});
