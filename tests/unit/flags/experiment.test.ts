import { describe, expect, it } from "vitest";
import { compareArms, differenceOf, FEWEST_CALLS, harmBeyond, shareOfCalls } from "@/modules/flags/domain/experiment";
import { shareWords, verdictOf } from "@/modules/flags/components/experiment-words";

describe("the interval of a share", () => {
  // Newcombe, Statistics in Medicine 17 (1998), 857: table I, method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])("%i of %i", (successes, calls, low, high) => {
    const share = shareOfCalls(successes, calls);
    expect(share?.low).toBeCloseTo(low, 4);
    expect(share?.high).toBeCloseTo(high, 4);
  });

  it("is none without calls", () => expect(shareOfCalls(0, 0)).toBeNull());
});

describe("the interval of a difference", () => {
  // The same, 873: table II, method 10.
  it.each([
    [56, 70, 48, 80, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.1705, 0.809],
    [5, 56, 0, 29, -0.0381, 0.1926],
    [0, 10, 0, 20, -0.1611, 0.2775],
    [10, 10, 0, 20, 0.6791, 1],
  ])("%i of %i beside %i of %i", (a, m, b, n, low, high) => {
    const difference = differenceOf(shareOfCalls(a, m), shareOfCalls(b, n));
    expect(difference?.low).toBeCloseTo(low, 4);
    expect(difference?.high).toBeCloseTo(high, 4);
  });
});

describe("the rule that takes a flag back", () => {
  const arm = (calls: number, inTime: number, lost = 0) => ({ calls, inTime, lost });

  it("wants the harm shown, not suspected, and beyond what it allows", () => {
    expect(harmBeyond(5, arm(400, 200), arm(400, 320))).toMatchObject({
      of: "service_level",
      points: expect.closeTo(30, 6) as number,
    });
    // 6 points worse, with an interval that reaches far above.
    expect(harmBeyond(5, arm(400, 296), arm(400, 320))).toBeUndefined();
    expect(harmBeyond(29, arm(400, 200), arm(400, 320))).toBeUndefined();
    expect(harmBeyond(5, arm(400, 320), arm(400, 200))).toBeUndefined();
  });

  it("looks at those who hang up as well", () => {
    expect(harmBeyond(5, arm(400, 300, 120), arm(400, 300, 20))).toMatchObject({
      of: "abandonment",
      points: expect.closeTo(25, 6) as number,
    });
  });

  it("does not judge few calls", () => {
    const few = FEWEST_CALLS - 1;
    expect(harmBeyond(1, arm(few, 0), arm(400, 400))).toBeUndefined();
    expect(harmBeyond(1, arm(400, 0), arm(few, few))).toBeUndefined();
    expect(harmBeyond(1, arm(FEWEST_CALLS, 0), arm(FEWEST_CALLS, FEWEST_CALLS))).toBeDefined();
  });

  it("takes back a flag that does nothing in fewer than one of a hundred rollouts, though it looks again and again", () => {
    // Both arms alike; 200 rollouts of 1,000 calls an arm, looked at after each 50, by a fixed sequence of numbers.
    let state = 12_345;
    const random = () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
    let taken = 0;
    for (let rollout = 0; rollout < 200; rollout += 1) {
      const [on, off] = [arm(0, 0), arm(0, 0)];
      for (let calls = 0; calls < 1_000; calls += 1) {
        for (const one of [on, off]) {
          one.calls += 1;
          if (random() < 0.8) one.inTime += 1;
          else if (random() < 0.5) one.lost += 1;
        }
        if (calls % 50 === 49 && harmBeyond(1, on, off)) {
          taken += 1;
          break;
        }
      }
    }
    expect(taken).toBeLessThanOrEqual(2);
  });
});

describe("the comparison in words", () => {
  const beside = (a: number, m: number, b: number, n: number) =>
    compareArms({ calls: m, inTime: a, lost: 0 }, { calls: n, inTime: b, lost: 0 }).serviceLevel;

  it("says what is shown and what is not", () => {
    expect(shareWords(beside(80, 100, 0, 0).on)).toBe("80 % (71–87)");
    expect(shareWords(null)).toBe("—");
    expect(verdictOf(beside(80, 100, 0, 0), "better")).toEqual({ words: "Nothing to compare yet", tone: "neutral" });
    expect(verdictOf(beside(80, 100, 79, 100), "better")).toMatchObject({
      tone: "neutral",
      words: expect.stringMatching(/^No difference shown: between −\d+\.\d and \+\d+\.\d points$/),
    });
    expect(verdictOf(beside(50, 100, 80, 100), "better")).toMatchObject({
      tone: "danger",
      words: expect.stringMatching(/^30\.0 points fewer with it, worse: between −/),
    });
    expect(verdictOf(beside(50, 100, 80, 100), "worse").tone).toBe("positive");
  });
});
