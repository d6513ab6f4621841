import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  MAX_SPACE_PX,
  resized,
  rowsHeight,
  rowsInSight,
  type ScrollState,
  scrolled,
  scrolledToRow,
  settled,
  spaceHeight,
  START,
} from "@/components/grid/scroll-space";

const million = { rows: 1_000_000, rowPx: 32, viewPx: 700 };
const few = { rows: 100, rowPx: 32, viewPx: 700 };

describe("a space that holds its rows", () => {
  it("is as high as they are, and offset and scrollTop are one", () => {
    expect(spaceHeight(few)).toBe(3_200);
    const far = scrolled(START, 2_500, few);
    expect(far).toEqual({ top: 2_500, offset: 2_500 });
    expect(scrolled(far, 10, few)).toEqual({ top: 10, offset: 10 });
    expect(settled(far, few, true)).toBeUndefined();
  });
});

describe("a scaled space", () => {
  it("is capped, and a leap goes to its share of the rows: the middle to the middle, the end to the last row", () => {
    expect(spaceHeight(million)).toBe(MAX_SPACE_PX);
    const middle = scrolled(START, (MAX_SPACE_PX - 700) / 2, million);
    expect(rowsInSight(middle, million, 0).first).toBe(499_989);
    const end = scrolled(START, MAX_SPACE_PX - 700, million);
    expect(end.offset).toBe(rowsHeight(million) - 700);
    expect(rowsInSight(end, million, 10).last).toBe(1_000_000);
  });

  it("goes pixel by pixel in small movements", () => {
    const from: ScrollState = scrolled(START, 3_000_000, million);
    expect(scrolled(from, 3_000_120, million).offset - from.offset).toBe(120);
  });

  it("never meets an end of the space before the end of the rows, however one scrolls", () => {
    const steps = fc.array(fc.integer({ min: -2_500, max: 2_500 }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: MAX_SPACE_PX - 700 }), steps, (start, moves) => {
        let state = scrolled(START, start, million);
        for (const move of moves) {
          const top = Math.min(MAX_SPACE_PX - 700, Math.max(0, state.top + move));
          state = scrolled(state, top, million);
          state = settled(state, million, false) ?? state;
          if (state.top === 0) expect(state.offset).toBe(0);
          if (state.top === MAX_SPACE_PX - 700) expect(state.offset).toBe(rowsHeight(million) - 700);
          expect(state.offset).toBeGreaterThanOrEqual(0);
          expect(state.offset).toBeLessThanOrEqual(rowsHeight(million) - 700);
        }
        const rested = settled(state, million, true) ?? state;
        expect(rested.offset).toBe(state.offset);
        expect(settled(rested, million, true)).toBeUndefined();
      }),
    );
  });

  it("shows any row that is asked for, wholly, and moves only when it must", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999 }), fc.integer({ min: 0, max: 999_999 }), (from, to) => {
        const start = scrolledToRow(START, from, million) ?? START;
        const there = scrolledToRow(start, to, million) ?? start;
        expect(to * 32).toBeGreaterThanOrEqual(there.offset);
        expect((to + 1) * 32).toBeLessThanOrEqual(there.offset + 700);
        expect(there.top).toBeGreaterThanOrEqual(0);
        expect(there.top).toBeLessThanOrEqual(MAX_SPACE_PX - 700);
        expect(scrolledToRow(there, to, million)).toBeUndefined();
      }),
    );
  });

  it("keeps the rows in sight when rows get higher or a filter leaves fewer", () => {
    const at = scrolledToRow(START, 500_000, million) ?? START;
    const higher = resized(at, million, { ...million, rowPx: 44 });
    expect(Math.floor(higher.offset / 44)).toBe(Math.floor(at.offset / 32));
    expect(resized(at, million, few).offset).toBe(3_200 - 700);
  });
});
