import { expect, it } from "vitest";
import { Pace } from "@/lib/jobs/pace";

/** A database with `perSecond` transactions by others, and a clock that only work and rests move. */
function paceBeside(perSecond: number) {
  let nowMs = 0;
  const rests: number[] = [];
  const pace = new Pace({
    others: async () => ({ transactions: Math.round((nowMs * perSecond) / 1_000), active: 1, awaited: false }),
    now: () => nowMs,
    sleep: async (ms) => {
      rests.push(ms);
      nowMs += ms;
    },
  });
  const work = async (ms: number): Promise<void> => {
    nowMs += ms;
    await pace.rest(ms);
  };
  return { work, rests };
}

/** Share of the time that work takes over `pieces` pieces of so many milliseconds, the first looks apart. */
async function shareOfWork(perSecond: number, pieces = 200, pieceMs = 100): Promise<number> {
  const { work, rests } = paceBeside(perSecond);
  for (let piece = 0; piece < 20; piece += 1) await work(pieceMs);
  rests.length = 0;
  for (let piece = 0; piece < pieces; piece += 1) await work(pieceMs);
  const rested = rests.reduce((sum, ms) => sum + ms, 0);
  return (pieces * pieceMs) / (pieces * pieceMs + rested);
}

it("does not rest while nobody but open pages asks", async () => {
  expect(await shareOfWork(0)).toBe(1);
  expect(await shareOfWork(0, 200, 10)).toBe(1);
  expect(await shareOfWork(20)).toBe(1);
});

it("takes half of the time beside 45 transactions a second, and less the more there are", async () => {
  expect(await shareOfWork(45)).toBeCloseTo(0.5, 1);
  expect(await shareOfWork(120)).toBeCloseTo(0.2, 1);
  expect(await shareOfWork(220)).toBeLessThan(await shareOfWork(120));
});

it("never stands still, however busy the database is", async () => {
  expect(await shareOfWork(100_000, 20)).toBeCloseTo(100 / 5_100, 3);
});

it("works at full speed again when the others have gone", async () => {
  let total = 0;
  let nowMs = 0;
  const rests: number[] = [];
  const pace = new Pace({
    others: async () => ({ transactions: total, active: 1, awaited: false }),
    now: () => nowMs,
    sleep: async (ms) => rests.push(ms),
  });
  await pace.rest(100);
  [nowMs, total] = [1_000, 145];
  await pace.rest(100);
  expect(rests).toEqual([500]);
  [nowMs, total] = [2_000, 145];
  await pace.rest(100);
  expect(rests).toEqual([500]);
});

it("takes a count that fell behind and caught up for no work of others, and begins anew with one that was reset", async () => {
  let [nowMs, total] = [0, 50_000];
  const rests: number[] = [];
  const pace = new Pace({
    others: async () => ({ transactions: total, active: 1, awaited: false }),
    now: () => nowMs,
    sleep: async (ms) => rests.push(ms),
  });
  for (const count of [50_000, 49_900, 50_010, 49_800, 50_020, 0, 10, 20]) {
    total = count;
    await pace.rest(100);
    nowMs += 1_000;
  }
  expect(rests).toEqual([]);
  total += 45;
  await pace.rest(100);
  expect(rests).toEqual([100]);
});

it("waits on while others crowd, and no longer than five seconds", async () => {
  let nowMs = 0;
  let crowded = 3;
  const rests: number[] = [];
  const pace = new Pace({
    others: async () => ({ transactions: nowMs, active: crowded > 0 ? 8 : 1, awaited: false }),
    now: () => nowMs,
    sleep: async (ms) => {
      rests.push(ms);
      nowMs += ms;
      crowded -= 1;
    },
  });
  await pace.rest(0);
  nowMs = 1_000;
  await pace.rest(0);
  expect(rests).toEqual([100, 100, 100]);
  crowded = 1_000;
  await pace.rest(0);
  expect(rests.slice(3).reduce((sum, ms) => sum + ms, 0)).toBe(5_000);
});

it("lets heavy work that somebody waits for go first, on a quiet database too, and no longer than five seconds", async () => {
  let nowMs = 0;
  let awaitedUntil = 350;
  const pace = new Pace({
    others: async () => ({ transactions: 0, active: 1, awaited: nowMs < awaitedUntil }),
    now: () => nowMs,
    sleep: async (ms) => (nowMs += ms),
  });
  await pace.giveWay();
  expect(nowMs).toBe(400);
  await pace.giveWay();
  expect(nowMs).toBe(400);
  awaitedUntil = 750;
  await pace.rest(10);
  expect(nowMs).toBe(800);
  awaitedUntil = Infinity;
  await pace.giveWay();
  expect(nowMs).toBe(5_800);
  await pace.rest(10);
  expect(nowMs).toBe(10_800);
});
