import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DeclineSchedule } from "@/scripts/bench/call-path/decline-schedule";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a schedule of declines", () => {
  it("has the phone that has rung longest decline when one is due, and no more than were asked for", async () => {
    const schedule = new DeclineSchedule();
    const declined: string[] = [];
    for (const phone of ["a", "b", "c", "d"]) schedule.rings(() => declined.push(phone));
    schedule.rings(() => declined.push("e"))();
    const over = schedule.run({ aSecond: 10, count: 3 });
    await vi.advanceTimersByTimeAsync(50);
    expect(declined).toEqual(["a"]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(declined).toEqual(["a", "b", "c"]);
    expect((await over).late.every((ms) => ms <= 10)).toBe(true);
  });

  it("does not wait for the product: what no phone could take is late, and made up for", async () => {
    const schedule = new DeclineSchedule();
    const over = schedule.run({ aSecond: 10, count: 3 });
    await vi.advanceTimersByTimeAsync(400);
    for (let phone = 0; phone < 3; phone += 1) schedule.rings(() => undefined);
    await vi.advanceTimersByTimeAsync(10);
    const { late, from, to } = await over;
    expect(late.map((ms) => Math.floor(ms / 100))).toEqual([4, 3, 2]);
    expect(to - from).toBeLessThan(420);
  });
});
