import { describe, expect, it } from "vitest";
import { FLAG_NAMES, readArms, type FlagName } from "@/lib/types/flags";
import { armKey, armsOf, isOn, shareOf, type FlagStanding } from "@/modules/flags/domain/flag-arms";
import { FeatureFlags } from "@/modules/flags/services/feature-flags.service";

const QUEUE: FlagName = "FEATURE_ENHANCED_QUEUE";

function standing(given: Partial<FlagStanding> & { percentage?: number; enabled?: boolean } = {}): FlagStanding {
  const { percentage, enabled = true, ...rest } = given;
  const settings = new Map(percentage === undefined ? [] : [[QUEUE, { enabled, percentage }]]);
  return { offHere: [], rolledBack: false, settings, ...rest };
}

describe("what decides a flag", () => {
  it("is the environment, then the rollback, then the database, then the default", () => {
    const all = standing({ offHere: [QUEUE], rolledBack: true, percentage: 40 });
    expect(shareOf(all, QUEUE)).toEqual({ share: 0, source: "environment" });
    expect(shareOf({ ...all, offHere: [] }, QUEUE)).toEqual({ share: 0, source: "rollback" });
    expect(shareOf(standing({ percentage: 40 }), QUEUE)).toEqual({ share: 40, source: "database" });
    expect(shareOf(standing({ percentage: 40, enabled: false }), QUEUE)).toEqual({ share: 0, source: "database" });
    expect(shareOf(standing(), QUEUE)).toEqual({ share: 100, source: "default" });
  });
});

describe("the arm of a caller", () => {
  const callers = Array.from({ length: 4_000 }, (_, i) => `+1555${String(1_000_000 + i * 37)}`);

  it("is on for about the percentage of callers, and only grows with it", () => {
    for (const percentage of [0, 1, 10, 50, 90, 100]) {
      const on = callers.filter((caller) => isOn(standing({ percentage }), QUEUE, caller));
      const spread = 4 * Math.sqrt((percentage * (100 - percentage)) / callers.length);
      expect(Math.abs((on.length / callers.length) * 100 - percentage)).toBeLessThanOrEqual(spread);
      const wider = standing({ percentage: Math.min(100, percentage + 7) });
      expect(on.every((caller) => isOn(wider, QUEUE, caller))).toBe(true);
    }
  });

  it("is another one for each flag: two halves share about a quarter", () => {
    const other: FlagName = "FEATURE_CALLBACKS";
    const both = standing({
      settings: new Map([QUEUE, other].map((name) => [name as string, { enabled: true, percentage: 50 }])),
    });
    const shared = callers.filter((caller) => isOn(both, QUEUE, caller) && isOn(both, other, caller));
    expect(shared.length / callers.length).toBeGreaterThan(0.22);
    expect(shared.length / callers.length).toBeLessThan(0.28);
  });

  it.each([
    ["+15550100001", "+15550100001"],
    ["anonymous", "CA1"],
    ["+266696687", "CA1"],
    ["", "CA1"],
  ])("is chosen by the number, or by the call where there is none (%s)", (from, key) => {
    expect(armKey(from, "CA1")).toBe(key);
  });

  it("reads back as it was stored, and as on where the call knew no such flag", () => {
    const arms = armsOf(standing({ percentage: 0 }), "+15550100001");
    expect(arms).toEqual({ ...Object.fromEntries(FLAG_NAMES.map((name) => [name, true])), [QUEUE]: false });
    expect(readArms(JSON.parse(JSON.stringify(arms)))).toEqual(arms);
    expect(Object.values(readArms({})).every(Boolean)).toBe(true);
  });
});

describe("a reading", () => {
  function reader(mostAgeMs = 1_500) {
    const rows = { active: false, reads: 0 };
    let release: (() => void) | undefined;
    const clock = { now: 0, hold: false };
    const flags = new FeatureFlags(
      {
        flags: async () => {
          rows.reads += 1;
          if (clock.hold) await new Promise<void>((resolve) => (release = resolve));
          return [];
        },
        rollback: () => Promise.resolve({ active: rows.active, reason: null, updatedBy: null, updatedAt: null }),
      },
      { mostAgeMs: () => mostAgeMs, offHere: () => [], now: () => clock.now },
    );
    return { rows, clock, flags, release: () => release?.() };
  }

  it("serves everybody for its time, and nobody after it", async () => {
    const { rows, clock, flags } = reader();
    await Promise.all([flags.isOn(QUEUE, "a"), flags.isOn(QUEUE, "b")]);
    rows.active = true;
    clock.now = 1_499;
    expect(await flags.isOn(QUEUE, "a")).toBe(true);
    expect(rows.reads).toBe(1);
    clock.now = 1_500;
    expect(await flags.isOn(QUEUE, "a")).toBe(false);
    expect(rows.reads).toBe(2);
  });

  it("begun before a change made here is not kept", async () => {
    const { rows, clock, flags, release } = reader();
    clock.hold = true;
    const early = flags.standing();
    rows.active = true;
    flags.forget();
    clock.hold = false;
    release();
    await early;
    expect(await flags.isOn(QUEUE, "a")).toBe(false);
  });
});
