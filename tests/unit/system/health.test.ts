import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { HealthService } from "@/modules/system/services/health.service";

const never = () => new Promise<never>(() => undefined);
const silent = { workerSilence: never, appliedMigrations: never, knownMigrations: () => Promise.resolve(["init"]) };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it.each(["health", "ready"] as const)("%s waits three seconds for the database, not for ever", async (question) => {
  const refused = vi.fn<(problem: unknown) => void>();
  const asked = new HealthService(silent, true)[question]().catch(refused);
  await vi.advanceTimersByTimeAsync(2_999);
  expect(refused).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  await asked;
  expect(refused.mock.calls).toMatchObject([
    [{ status: 503, code: "unhealthy", details: { parts: { database: "down" } } }],
  ]);
  expect(vi.getTimerCount()).toBe(0);
});
