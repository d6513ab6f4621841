import { afterEach, beforeEach, expect, vi } from "vitest";

// A message nobody expected is a defect nobody noticed. A test that provokes one mocks console.error itself.
beforeEach(() => {
  vi.spyOn(console, "error");
});

afterEach(() => {
  const calls = vi.isMockFunction(console.error) ? vi.mocked(console.error).mock.calls : [];
  expect(calls, "console.error was called").toEqual([]);
});
