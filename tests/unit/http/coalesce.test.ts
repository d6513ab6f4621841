import { expect, it, onTestFinished, vi } from "vitest";
import { Coalescer } from "@/lib/coalesce";

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const identity = (input: string) => input;

it("answers each caller with its own answer, after its batch, in few batches", async () => {
  const batches: string[][] = [];
  const coalescer = new Coalescer<string, string>(
    identity,
    async (inputs) => {
      batches.push([...inputs]);
      await sleep(5);
      return inputs.map((input) => input.toUpperCase());
    },
    { batch: 10, most: 1_000 },
  );
  const answers = await Promise.all(Array.from({ length: 25 }, (_, index) => coalescer.submit(`a${index}`)));
  expect(answers).toEqual(Array.from({ length: 25 }, (_, index) => `A${index}`));
  expect(batches.map((batch) => batch.length)).toEqual([10, 10, 5]);
});

it("never puts two inputs of one key into one batch, and keeps their order", async () => {
  const batches: string[][] = [];
  const coalescer = new Coalescer<string, string>(
    (input) => input.charAt(0),
    async (inputs) => {
      batches.push([...inputs]);
      return inputs;
    },
    { batch: 10, most: 1_000 },
  );
  await Promise.all(["a1", "b1", "a2", "a3", "b2"].map((input) => coalescer.submit(input)));
  expect(batches).toEqual([["a1", "b1"], ["a2", "b2"], ["a3"]]);
});

it("fails the callers of a failed batch and goes on with the next", async () => {
  const run = vi
    .fn<(inputs: readonly string[]) => Promise<readonly string[]>>()
    .mockRejectedValueOnce(new Error("away"))
    .mockImplementation(async (inputs) => inputs);
  const coalescer = new Coalescer<string, string>(identity, run, { batch: 1, most: 10 });
  const [first, second] = await Promise.allSettled([coalescer.submit("a"), coalescer.submit("b")]);
  expect(first.status).toBe("rejected");
  expect(second).toEqual({ status: "fulfilled", value: "b" });
  expect(await coalescer.submit("c")).toBe("c");
});

it("refuses beyond its bound at once", async () => {
  const coalescer = new Coalescer<string, string>(identity, async (inputs) => inputs, { batch: 1, most: 2 });
  const [one, two] = [coalescer.submit("a"), coalescer.submit("b")];
  await expect(coalescer.submit("c")).rejects.toMatchObject({ status: 503 });
  expect(await Promise.all([one, two])).toEqual(["a", "b"]);
});

it("with a pace, lets what comes within it gather; neither the first nor a backlog waits", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const batches: string[][] = [];
  const run = async (inputs: readonly string[]) => {
    batches.push([...inputs]);
    return inputs;
  };
  const coalescer = new Coalescer<string, string>(identity, run, { batch: 3, most: 10, paceMs: 10 });
  const answers = [coalescer.submit("a")];
  await vi.advanceTimersByTimeAsync(1);
  expect(batches).toEqual([["a"]]);
  answers.push(coalescer.submit("b"));
  await vi.advanceTimersByTimeAsync(5);
  answers.push(coalescer.submit("c"));
  expect(batches).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(5);
  expect(batches).toEqual([["a"], ["b", "c"]]);
  answers.push(...[..."defghij"].map((input) => coalescer.submit(input)));
  await vi.advanceTimersByTimeAsync(10);
  expect(batches.slice(2)).toEqual([
    ["d", "e", "f"],
    ["g", "h", "i"],
  ]);
  await vi.advanceTimersByTimeAsync(10);
  expect(await Promise.all(answers)).toEqual([..."abcdefghij"]);
});
