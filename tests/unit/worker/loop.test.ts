import { describe, expect, it } from "vitest";
import { features } from "@/lib/config/features";
import { pauseMs, runLoop } from "../../../scripts/worker/loop";

const silent = { error: () => undefined, info: () => undefined };

describe("a worker's loop", () => {
  it("goes on after a round that failed, logs the streak once, and says when it is well again", async () => {
    const stop = new AbortController();
    const told: string[] = [];
    let rounds = 0;
    const loop = {
      name: "test",
      intervalMs: 1,
      run: () => {
        rounds += 1;
        if (rounds === 4) stop.abort();
        return rounds < 3 ? Promise.reject(new Error("away")) : Promise.resolve();
      },
    };
    await runLoop(loop, stop.signal, { error: () => told.push("failed"), info: () => told.push("well") });
    expect(rounds).toBe(4);
    expect(told).toEqual(["failed", "well"]);
  });

  it("lets the round under way end, and wakes from its pause when stopped", async () => {
    const stop = new AbortController();
    let finished = 0;
    const work = runLoop(
      {
        name: "test",
        intervalMs: 60_000,
        run: () => new Promise<void>((resolve) => setTimeout(resolve, 20)).then(() => void (finished += 1)),
      },
      stop.signal,
      silent,
    );
    setTimeout(() => stop.abort(), 60);
    await work;
    expect(finished).toBe(1);
  });

  it("that dispatches comes often enough that nobody waits 2 s for it (law 4)", () => {
    expect(pauseMs(features().DISPATCH_INTERVAL * 1_000, 0, () => 1)).toBeLessThan(2_000);
  });

  it("comes later and later while it fails, and never later than 10 s", () => {
    expect([0, 1, 2, 3, 4, 5, 6, 20].map((failures) => Math.round(pauseMs(1_000, failures, () => 0.5)))).toEqual([
      1_000, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000,
    ]);
  });
});
