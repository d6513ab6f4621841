import { describe, expect, it } from "vitest";
import { longestBeside } from "@/scripts/bench/call-path/idle-beside-waiting";

describe("longestBeside", () => {
  it("is the longest time for which one call waits while one agent is idle", () => {
    const waiting = [
      { from: 0, to: 100 },
      { from: 500, to: 2_500 },
    ];
    const idle = [
      { from: 90, to: 95 },
      { from: 400, to: 900 },
      { from: 1_000, to: 5_000 },
    ];
    expect(longestBeside(waiting, idle)).toBe(1_500);
  });

  it("does not add up agents who are idle one after the other", () => {
    const idle = Array.from({ length: 10 }, (_, turn) => ({ from: turn * 100, to: turn * 100 + 50 }));
    expect(longestBeside([{ from: 0, to: 1_000 }], idle)).toBe(50);
  });

  it("is 0 where nobody is idle while anybody waits", () => {
    expect(longestBeside([{ from: 0, to: 100 }], [{ from: 100, to: 200 }])).toBe(0);
    expect(longestBeside([], [{ from: 0, to: 200 }])).toBe(0);
  });
});
