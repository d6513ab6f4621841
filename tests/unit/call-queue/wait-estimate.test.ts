import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextAnnouncement } from "@/modules/call-queue/domain/announcement";
import {
  estimateWait,
  gammaInterval80,
  spokenRange,
  type WaitEstimate,
  type WaitFacts,
} from "@/modules/call-queue/domain/wait-estimate";

const facts = (given: Partial<WaitFacts> = {}): WaitFacts => ({
  ahead: 0,
  staffedAgents: 4,
  readyAgents: 0,
  handledCalls: 100,
  handleSecondsTotal: 20_000,
  abandoned: 0,
  waitedSecondsTotal: 0,
  ...given,
});
const estimate = (seconds: number, low = seconds, high = seconds): WaitEstimate => ({
  expectedSeconds: seconds,
  lowSeconds: low,
  highSeconds: high,
  basis: "measured",
});

describe("the expected wait", () => {
  it("without abandonment: (ahead + 1) departures at s / AHT", () => {
    expect(estimateWait(facts())?.expectedSeconds).toBeCloseTo(50);
    expect(estimateWait(facts({ ahead: 3 }))?.expectedSeconds).toBeCloseTo(200);
  });

  it("with abandonment: the sum of 1 / (s / AHT + i * theta)", () => {
    const theta = 6 / 3_600;
    const rate = 4 / 200;
    const expected = 1 / rate + 1 / (rate + theta) + 1 / (rate + 2 * theta);
    const got = estimateWait(facts({ ahead: 2, abandoned: 6, waitedSecondsTotal: 3_600 }));
    expect(got?.expectedSeconds).toBeCloseTo(expected);
  });

  it("says nothing when nobody is there, and a minute at most when somebody is free for this caller", () => {
    expect(estimateWait(facts({ staffedAgents: 0 }))).toBeUndefined();
    expect(estimateWait(facts({ ahead: 1, readyAgents: 2 }))).toMatchObject({ basis: "ready", highSeconds: 60 });
    expect(estimateWait(facts({ ahead: 2, readyAgents: 2 }))?.basis).toBe("measured");
  });

  it("leans on an assumed handle time while data is thin", () => {
    const thin = estimateWait(facts({ handledCalls: 2, handleSecondsTotal: 20, staffedAgents: 1 }));
    expect(thin?.basis).toBe("thin");
    expect(thin?.expectedSeconds).toBeCloseTo((20 + 2_400) / 12);
  });

  it("grows with callers ahead, shrinks with staff, and lies within its interval", () => {
    const some = fc.record({
      ahead: fc.integer({ min: 0, max: 200 }),
      staff: fc.integer({ min: 1, max: 50 }),
      aht: fc.integer({ min: 10, max: 3_000 }),
      abandoned: fc.integer({ min: 0, max: 100 }),
    });
    fc.assert(
      fc.property(some, ({ ahead, staff, aht, abandoned }) => {
        const base = { handleSecondsTotal: aht * 100, abandoned, waitedSecondsTotal: 7_200 };
        const one = estimateWait(facts({ ...base, ahead, staffedAgents: staff })) as WaitEstimate;
        const behind = estimateWait(facts({ ...base, ahead: ahead + 1, staffedAgents: staff })) as WaitEstimate;
        const staffed = estimateWait(facts({ ...base, ahead, staffedAgents: staff + 1 })) as WaitEstimate;
        expect(behind.expectedSeconds).toBeGreaterThan(one.expectedSeconds);
        expect(staffed.expectedSeconds).toBeLessThan(one.expectedSeconds);
        expect(one.lowSeconds).toBeLessThan(one.expectedSeconds);
        expect(one.highSeconds).toBeGreaterThan(one.expectedSeconds);
      }),
    );
  });

  it("has an 80 % interval that covers 80 % of simulated waits", () => {
    // A fixed linear congruence: the figure is the same on every run.
    let state = 42;
    const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    for (const departures of [1, 2, 5, 20]) {
      const rates = Array.from({ length: departures }, (_, i) => 0.02 + i * 0.002);
      const mean = rates.reduce((sum, rate) => sum + 1 / rate, 0);
      const variance = rates.reduce((sum, rate) => sum + 1 / rate ** 2, 0);
      const [low, high] = gammaInterval80(mean, variance);
      let inside = 0;
      for (let run = 0; run < 20_000; run += 1) {
        const wait = rates.reduce((sum, rate) => sum - Math.log(1 - random()) / rate, 0);
        if (wait >= low && wait <= high) inside += 1;
      }
      expect(inside / 20_000).toBeGreaterThan(0.785);
      expect(inside / 20_000).toBeLessThan(0.815);
    }
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

  it("position and range at first", () => {
    expect(nextAnnouncement(input)).toEqual({
      text: "You are number 3 in line. We expect to answer in 1 to 3 minutes.",
      position: 3,
      range: { lowMinutes: 1, highMinutes: 3 },
    });
  });

  it("nothing before its time, and nothing that is not new", () => {
    expect(nextAnnouncement({ ...input, position: 2, lastSpokenPosition: 3, secondsSinceLast: 29 })).toBeUndefined();
    const again = { ...input, lastSpokenPosition: 3, lastRange: input.range, secondsSinceLast: 31 };
    expect(nextAnnouncement(again)).toBeUndefined();
    expect(nextAnnouncement({ ...again, position: 2 })?.text).toContain("number 2");
  });

  it("never a position larger than one spoken before (law 8): the range alone until it is passed", () => {
    const overtaken = { ...input, position: 4, lastSpokenPosition: 2, secondsSinceLast: 60 };
    expect(nextAnnouncement(overtaken)).toMatchObject({
      text: "We expect to answer in 1 to 3 minutes.",
      position: null,
    });
    expect(nextAnnouncement({ ...overtaken, lastRange: input.range })).toBeUndefined();
    expect(nextAnnouncement({ ...overtaken, position: 1 })?.text).toMatch(/^You are first in line\./);
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
