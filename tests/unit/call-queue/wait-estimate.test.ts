import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextAnnouncement, type AnnouncementInput } from "@/modules/call-queue/domain/announcement";
import { HOUSE_WORDING } from "@/modules/call-queue/domain/announcements/wording";
import { naiveWaits } from "@/modules/call-queue/domain/naive-waits";
import { abandonmentRates, groupPatience } from "@/modules/call-queue/domain/patience";
import { spokenRange } from "@/modules/call-queue/domain/spoken-range";
import {
  estimateWait,
  forecastWaits,
  formulaWait,
  gammaRange80,
  type WaitEstimate,
  type WaitFacts,
} from "@/modules/call-queue/domain/wait-estimate";

const none = groupPatience([]);
const facts = (given: Partial<WaitFacts> = {}): WaitFacts => ({
  staffedAgents: 4,
  readyAgents: 0,
  handleSeconds: [],
  heldSeconds: [],
  ringSeconds: 0,
  lineSeconds: [],
  patience: none,
  ...given,
});
/** A fixed linear congruence: figures are the same on every run. */
function fixedRandom(): () => number {
  let state = 42;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}
/** So many exponential times, evenly spread: the sample that a memoryless service would show. */
const exponentials = (count: number, mean: number): number[] =>
  Array.from({ length: count }, (_, i) => -mean * Math.log(1 - (i + 0.5) / count));
const busy = { handleSeconds: exponentials(400, 200), heldSeconds: [20, 90, 200, 400] };
const wait = (given: Partial<WaitFacts>, ahead = 0, waitedSeconds = 0): WaitEstimate => {
  const forecast = forecastWaits(facts(given));
  if (!forecast) throw new Error("nobody is there");
  return estimateWait(forecast, { ahead, waitedSeconds, factsAgeSeconds: 0 });
};
const estimate = (seconds: number, low = seconds, high = seconds): WaitEstimate => ({
  expectedSeconds: seconds,
  lowSeconds: low,
  highSeconds: high,
  basis: "measured",
});

describe("the formula", () => {
  const handled = { handleSeconds: 200 };

  it("without abandonment: (ahead + 1) departures at s / AHT", () => {
    expect(formulaWait({ facts: facts(), ...handled }, 0).mean).toBeCloseTo(50);
    expect(formulaWait({ facts: facts(), ...handled }, 3).mean).toBeCloseTo(200);
  });

  it("with abandonment: the sum of 1 / (s / AHT + i * theta)", () => {
    const patience = [{ abandoned: 6, waitedSeconds: 3_600 }];
    const [rate, theta] = [4 / 200, 6 / 3_600];
    const expected = 1 / rate + 1 / (rate + theta) + 1 / (rate + 2 * theta);
    expect(formulaWait({ facts: facts({ patience }), ...handled }, 2).mean).toBeCloseTo(expected);
  });
});

describe("the expected wait", () => {
  it("says nothing when nobody is there, and a minute at most when somebody is free for this caller", () => {
    expect(forecastWaits(facts({ staffedAgents: 0 }))).toBeUndefined();
    expect(wait({ ...busy, readyAgents: 2 }, 1)).toMatchObject({ basis: "ready", highSeconds: 60 });
    expect(wait({ ...busy, readyAgents: 2 }, 2).basis).toBe("measured");
  });

  it("leans on the formula with an assumed handle time while data is thin", () => {
    const thin = wait({ handleSeconds: [10, 10], staffedAgents: 1 });
    expect(thin.basis).toBe("thin");
    // The median of an exponential time.
    expect(thin.expectedSeconds).toBeCloseTo(((20 + 2_400) / 12) * Math.log(2), -1);
  });

  it("is the formula's where handle times have no memory", () => {
    for (const ahead of [0, 3, 10]) {
      const forecast = forecastWaits(facts(busy));
      if (!forecast) throw new Error("nobody is there");
      const { mean, variance } = formulaWait({ facts: facts(), handleSeconds: 200 }, ahead);
      const counted = estimateWait(forecast, { ahead, waitedSeconds: 0, factsAgeSeconds: 0 });
      const median = mean - variance / mean / 3;
      expect(counted.expectedSeconds / median).toBeGreaterThan(0.9);
      expect(counted.expectedSeconds / median).toBeLessThan(1.15);
    }
  });

  it("is shorter where calls are about to end, and longer where they have just begun", () => {
    const regular = { handleSeconds: Array.from({ length: 100 }, (_, i) => 150 + i), ringSeconds: 5 };
    const ending = wait({ ...regular, heldSeconds: [190, 200, 210, 220] }, 1);
    const begun = wait({ ...regular, heldSeconds: [5, 10, 15, 20] }, 1);
    expect(ending.highSeconds).toBeLessThan(60);
    expect(begun.lowSeconds).toBeGreaterThan(100);
  });

  it("counts those ahead who will give up, by how long they have waited", () => {
    const stay = Array.from({ length: 100 }, () => ({ seconds: 240, abandoned: false }));
    const leaveLate = [...stay, ...Array.from({ length: 100 }, () => ({ seconds: 200, abandoned: true }))];
    const line = { ...busy, lineSeconds: Array.from({ length: 10 }, () => 185) };
    const fresh = { ...busy, lineSeconds: Array.from({ length: 10 }, () => 5) };
    const nobodyLeaves = wait({ ...line, patience: groupPatience(stay) }, 10).expectedSeconds;
    const leaving = wait({ ...line, patience: groupPatience(leaveLate) }, 10).expectedSeconds;
    const later = wait({ ...fresh, patience: groupPatience(leaveLate) }, 10).expectedSeconds;
    expect(leaving).toBeLessThan(0.75 * nobodyLeaves);
    expect(leaving).toBeLessThan(later);
  });

  it("grows with callers ahead, shrinks with staff, and lies within its range", () => {
    const some = fc.record({
      ahead: fc.integer({ min: 0, max: 60 }),
      staff: fc.integer({ min: 1, max: 30 }),
      mean: fc.integer({ min: 10, max: 1_000 }),
      abandoned: fc.integer({ min: 0, max: 100 }),
      calls: fc.constantFrom(0, 5, 40, 200),
    });
    const check = fc.property(some, ({ ahead, staff, mean, abandoned, calls }) => {
      const one = (agents: number, before: number) =>
        wait(
          {
            staffedAgents: agents,
            handleSeconds: exponentials(calls, mean),
            heldSeconds: Array.from({ length: agents }, (_, i) => ((i % staff) * mean) / 7),
            patience: [{ abandoned, waitedSeconds: 7_200 }],
          },
          before,
        );
      const here = one(staff, ahead);
      expect(one(staff, ahead + 5).expectedSeconds).toBeGreaterThan(here.expectedSeconds);
      expect(one(2 * staff, ahead).expectedSeconds).toBeLessThan(here.expectedSeconds * 1.02 + 1);
      expect(here.lowSeconds).toBeLessThan(here.expectedSeconds);
      expect(here.highSeconds).toBeGreaterThan(here.expectedSeconds);
      expect(Number.isFinite(here.highSeconds)).toBe(true);
    });
    fc.assert(check, { numRuns: 60 });
  });

  it("has a range that holds 80 % of simulated waits, and is no longer than any other", () => {
    const random = fixedRandom();
    for (const departures of [1, 2, 5, 20]) {
      const rates = Array.from({ length: departures }, (_, i) => 0.02 + i * 0.002);
      const mean = rates.reduce((sum, rate) => sum + 1 / rate, 0);
      const variance = rates.reduce((sum, rate) => sum + 1 / rate ** 2, 0);
      const [low, high] = gammaRange80(mean, variance);
      const waits = Array.from({ length: 20_000 }, () =>
        rates.reduce((sum, rate) => sum - Math.log(1 - random()) / rate, 0),
      ).sort((a, b) => a - b);
      const inside = waits.filter((one) => one >= low && one <= high).length / waits.length;
      expect(inside).toBeGreaterThan(0.785);
      expect(inside).toBeLessThan(0.815);
      const even = (waits[18_000] ?? 0) - (waits[2_000] ?? 0);
      expect(high - low).toBeLessThan(even);
    }
  });

  it("groups patience by the time waited: exposure everywhere it was, the giving up where it happened", () => {
    const groups = groupPatience([
      { seconds: 45, abandoned: true },
      { seconds: 10, abandoned: false },
      { seconds: 1_000, abandoned: true },
    ]);
    expect(groups[0]).toEqual({ abandoned: 0, waitedSeconds: 70 });
    expect(groups[1]).toEqual({ abandoned: 1, waitedSeconds: 45 });
    expect(groups.at(-1)).toEqual({ abandoned: 1, waitedSeconds: 550 });
    expect(abandonmentRates(none).every((rate) => rate === 0)).toBe(true);
  });

  it("averages past waits with the newest weighing most", () => {
    expect(naiveWaits([100, 200], 0.5)).toEqual({ lastSeconds: 200, averageSeconds: 150 });
    expect(naiveWaits([])).toEqual({ lastSeconds: null, averageSeconds: null });
  });

  it("is spoken in minutes, widened by rounding and never beyond 30", () => {
    expect(spokenRange(estimate(50, 10, 55))).toEqual({ lowMinutes: 0, highMinutes: 1 });
    expect(spokenRange(estimate(200, 61, 299))).toEqual({ lowMinutes: 1, highMinutes: 5 });
    expect(spokenRange(estimate(900, 700, 1_000))).toEqual({ lowMinutes: 10, highMinutes: 20 });
    expect(spokenRange(estimate(9_000, 7_000, 10_000))).toEqual({ lowMinutes: 30, highMinutes: 30 });
  });
});

describe("what a waiting caller is told", () => {
  const input = {
    position: 3,
    lastSpokenPosition: null,
    range: { lowMinutes: 1, highMinutes: 3 },
    lastRange: undefined,
    secondsSinceLast: null,
    announceEverySeconds: 30,
  };

  const spoken = (given: AnnouncementInput) =>
    HOUSE_WORDING.sayAll(nextAnnouncement(given)?.sentences ?? [])
      .map(({ text }) => text)
      .join("|");

  it("position and range at first", () => {
    expect(spoken(input)).toBe("You are number 3 in line. We expect to answer in 1 to 3 minutes.");
    expect(nextAnnouncement(input)).toMatchObject({
      position: 3,
      range: { lowMinutes: 1, highMinutes: 3 },
    });
  });

  it("nothing before its time, and nothing that is not new", () => {
    expect(nextAnnouncement({ ...input, position: 2, lastSpokenPosition: 3, secondsSinceLast: 29 })).toBeUndefined();
    const again = { ...input, lastSpokenPosition: 3, lastRange: input.range, secondsSinceLast: 31 };
    expect(nextAnnouncement(again)).toBeUndefined();
    expect(spoken({ ...again, position: 2 })).toContain("number 2");
  });

  it("never a position larger than one spoken before (law 8): the range alone until it is passed", () => {
    const overtaken = { ...input, position: 4, lastSpokenPosition: 2, secondsSinceLast: 60 };
    expect(spoken(overtaken)).toBe("We expect to answer in 1 to 3 minutes.");
    expect(nextAnnouncement(overtaken)).toMatchObject({ position: null });
    expect(nextAnnouncement({ ...overtaken, lastRange: input.range })).toBeUndefined();
    expect(spoken({ ...overtaken, position: 1 })).toMatch(/^You are first in line\./);
  });

  it("spoken positions never grow, whatever the line does", () => {
    const steps = fc.array(
      fc.record({ position: fc.integer({ min: 1, max: 9 }), low: fc.integer({ min: 0, max: 3 }) }),
      {
        maxLength: 30,
      },
    );
    fc.assert(
      fc.property(steps, (line) => {
        let last: number | null = null;
        for (const { position, low } of line) {
          const range = { lowMinutes: low, highMinutes: low + 2 };
          const said = nextAnnouncement({ ...input, position, range, lastSpokenPosition: last, secondsSinceLast: 99 });
          if (said?.position == null) continue;
          if (last !== null) expect(said.position).toBeLessThanOrEqual(last);
          last = said.position;
        }
      }),
    );
  });
});
