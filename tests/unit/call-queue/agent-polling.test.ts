import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AgentPollingService } from "@/modules/call-queue/services/agent-polling.service";

// The pauses of promises go by the same clock as everything else here.
vi.mock("node:timers/promises", () => ({
  setTimeout: (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)),
}));

/** Rounds that last `roundMs` and note when they begin, in milliseconds since the first. */
function polling(roundMs: number) {
  const begun: number[] = [];
  const assignment = {
    async offerWaiting() {
      begun.push(performance.now());
      await new Promise((resolve) => setTimeout(resolve, roundMs));
      return begun.length;
    },
  };
  const nothing = () => undefined;
  const pool = { validate: () => Promise.resolve([]) };
  const service = new AgentPollingService(assignment, { kick: nothing }, { error: nothing }, pool);
  return { service, begunAt: () => begun.map((at) => Math.round(at - (begun[0] ?? 0))) };
}

describe("rounds of dispatch", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("begin at once in a quiet moment, and once more for all who ask while one runs", async () => {
    const { service, begunAt } = polling(20);
    const first = service.run();
    await vi.advanceTimersByTimeAsync(1);
    expect(begunAt()).toEqual([0]);
    const meanwhile = Array.from({ length: 100 }, () => service.run());
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await first).toBe(1);
    expect(new Set(await Promise.all(meanwhile))).toEqual(new Set([2]));
    expect(begunAt()).toHaveLength(2);
    const later = service.run();
    await vi.advanceTimersByTimeAsync(1);
    expect(begunAt()).toHaveLength(3);
    await vi.advanceTimersByTimeAsync(100);
    expect(await later).toBe(3);
  });

  it.each([
    { roundMs: 1, pauseMs: 10 },
    { roundMs: 20, pauseMs: 20 },
    { roundMs: 500, pauseMs: 100 },
  ])("of $roundMs ms are $pauseMs ms apart, however it rains events", async ({ roundMs, pauseMs }) => {
    const { service, begunAt } = polling(roundMs);
    for (let event = 0; event < 3_000; event += 1) {
      service.wake();
      await vi.advanceTimersByTimeAsync(1);
    }
    const at = begunAt();
    expect(at.length).toBeGreaterThan(2);
    for (const [index, next] of at.slice(1).entries()) {
      const apart = next - (at[index] ?? 0) - roundMs;
      expect(apart).toBeGreaterThanOrEqual(pauseMs);
      expect(apart).toBeLessThanOrEqual(pauseMs + 2);
    }
  });

  it("begin no more once it is stopped", async () => {
    const { service, begunAt } = polling(20);
    const first = service.run();
    await vi.advanceTimersByTimeAsync(1);
    const next = service.run();
    const stopped = service.stop();
    await vi.advanceTimersByTimeAsync(1_000);
    await stopped;
    expect([await first, await next]).toEqual([1, 0]);
    expect(await service.run()).toBe(0);
    expect(begunAt()).toHaveLength(1);
  });
});
