import { expect, it } from "vitest";
import type { AppError } from "@/lib/errors";
import { namedLeads, refuseTooMany, strays } from "@/modules/leads/domain/bulk";

const pause = async (): Promise<void> => undefined;
const id = "019aa000-0000-7000-8000-00000000000a";
const codeOf = async (work: () => unknown): Promise<string> => {
  try {
    await work();
  } catch (error) {
    return (error as AppError).code;
  }
  return "nothing was thrown";
};

it("names each lead once, in order, and keeps what cannot be an id as unknown", async () => {
  const named = await namedLeads([id, "x", id.toUpperCase(), "X", "y"], pause);
  expect(named).toEqual({ given: [id, "x", "y"], ids: [id, null, null] });
  expect(strays(named)).toEqual({ 1: "x", 2: "y" });
});

it("is bounded", async () => {
  expect(
    await codeOf(() =>
      namedLeads(
        Array.from({ length: 1_000_001 }, () => "a"),
        pause,
      ),
    ),
  ).toBe("too_many_leads");
  expect(await codeOf(() => refuseTooMany(1_000_001))).toBe("too_many_leads");
  expect(await codeOf(() => refuseTooMany(1_000_000))).toBe("nothing was thrown");
  const texts = (count: number) => Array.from({ length: count }, (_, n) => `x${n}`);
  expect(await codeOf(() => namedLeads(texts(10_000), pause))).toBe("nothing was thrown");
  expect(await codeOf(() => namedLeads(texts(10_001), pause))).toBe("not_lead_ids");
});

it("lets others have their turn between slices", async () => {
  let pauses = 0;
  const ids = Array.from({ length: 25_000 }, (_, n) => `019aa000-0000-7000-8000-${String(n).padStart(12, "0")}`);
  const named = await namedLeads([...ids, ...ids], async () => (pauses += 1));
  expect(named.ids).toEqual(ids);
  expect(pauses).toBe(4);
});
