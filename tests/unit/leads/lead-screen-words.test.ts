import { describe, expect, it } from "vitest";
import { readKind, timelineKinds, writeKind } from "@/modules/leads/components/timeline-kinds";
import { leftWords } from "@/modules/leads/components/use-undo-plan";
import { activityTypes } from "@/modules/leads/domain/activity";
import type { PlanView } from "@/modules/leads/plans.schemas";

const plan = (refused: number, failed: number) =>
  ({ counts: { refused }, progress: { failed } }) as unknown as PlanView;

describe("the timeline's kinds", () => {
  it("hold every type of entry once", () => {
    const types = Object.values(timelineKinds).flatMap((kind): string[] => kind.types);
    expect(types.toSorted()).toEqual([...activityTypes].toSorted());
  });

  it("stand in the address beside what else is there", () => {
    const written = writeKind(new URLSearchParams("from=list"), "calls");
    expect(written).toBe("?from=list&timeline=calls");
    expect(readKind(new URLSearchParams(written))).toBe("calls");
    expect(writeKind(new URLSearchParams("timeline=calls"), undefined)).toBe("");
    for (const strange of ["", "timeline=", "timeline=toString", "timeline=Notes"]) {
      expect(readKind(new URLSearchParams(strange))).toBeUndefined();
    }
  });
});

describe("what an undo left as it is", () => {
  it.each([
    [0, 0, [], undefined],
    [1, 0, ["changed_since"], "1 was changed since and stays."],
    [3, 0, ["changed_since", "changed_since", "changed_since"], "3 were changed since and stay."],
    [2, 0, ["changed_since", "lead_locked"], "2 could not be taken back and stay."],
    [1, 2, ["changed_since"], "3 could not be taken back and stay."],
  ])("is told truly: %i refused, %i failed", (refused, failed, why, words) => {
    expect(leftWords(plan(refused, failed), why)).toBe(words);
  });
});
