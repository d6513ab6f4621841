import { setImmediate } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { OwnWrites } from "@/modules/leads/components/own-writes";
import type { Lead } from "@/modules/leads/schemas";

const lead = (version: number, facts: Partial<Lead> = {}) => ({ version, priority: "normal", ...facts }) as Lead;

test("what is asked for while something is being saved is done afterwards, in order, and then it is said", async () => {
  const idle = vi.fn();
  const own = new OwnWrites(idle);
  const done: string[] = [];
  const { promise: answer, resolve } = Promise.withResolvers<void>();
  own.inTurn(async () => {
    await answer;
    done.push("first");
  });
  own.inTurn(async () => {
    await Promise.resolve();
    done.push("second");
  });
  own.inTurn(async () => {
    await Promise.resolve();
    done.push("third");
  });
  expect(own.busy).toBe(true);
  await setImmediate();
  expect(done).toEqual([]);
  resolve();
  await expect.poll(() => own.busy).toBe(false);
  expect(done).toEqual(["first", "second", "third"]);
  expect(idle).toHaveBeenCalledOnce();
});

test("a change begins with the version that this person's last one left, and not with somebody else's", () => {
  const own = new OwnWrites(() => undefined);
  own.saved(3, lead(4));
  own.saved(4, lead(5));
  expect([3, 4, 5].map((seen) => own.versionOf(seen))).toEqual([5, 5, 5]);
  expect(own.versionOf(9)).toBe(9);
  // A change that changed nothing leaves the version as it was.
  own.saved(5, lead(5));
  expect(own.versionOf(3)).toBe(5);
});

test("an older answer hides neither what was saved nor what is still to be", () => {
  const own = new OwnWrites(() => undefined);
  own.saved(3, lead(4, { priority: "high" }));
  expect(own.latest(lead(3))).toMatchObject({ version: 4, priority: "high" });
  expect(own.latest(lead(5, { priority: "urgent" }))).toMatchObject({ version: 5 });
  const change = { name: "Dana" };
  own.begin(change);
  expect(own.shownOn(lead(4))).toMatchObject({ name: "Dana", priority: "normal" });
  own.end(change);
  expect(own.shownOn(lead(4, { name: "Dan" }))).toMatchObject({ name: "Dan" });
});
