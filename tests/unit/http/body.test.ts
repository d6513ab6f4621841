import { describe, expect, it } from "vitest";
import { z } from "zod";
import { AppError } from "@/lib/errors";
import { parseJson } from "@/lib/http/body";
import { idList } from "@/lib/http/fields";
import { invalidShape } from "@/lib/http/problem";
import { wording } from "@/lib/wording";

function refusal(work: () => unknown): { status: number; code: string; message: string } | "taken" {
  try {
    work();
    return "taken";
  } catch (error) {
    if (error instanceof AppError) return { status: error.status, code: error.code, message: error.message };
    throw error;
  }
}

/** What a refused value is told, field by field. */
function complaints(schema: z.ZodType, value: unknown): Record<string, string> | "taken" {
  const parsed = schema.safeParse(value, { error: wording });
  if (parsed.success) return "taken";
  const { errors } = invalidShape(parsed.error, "body").details as { errors: { field: string; message: string }[] };
  return Object.fromEntries(errors.map(({ field, message }) => [field, message]));
}

const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

describe("JSON text", () => {
  it.each([
    ["lists", nested(100_000)],
    ["objects", '{"not":'.repeat(100_000) + "1" + "}".repeat(100_000)],
    ["lists that are never closed", "[".repeat(1_000_000)],
    ["201 lists in an object", `{"a":${nested(200)}}`],
  ])("is refused when nested too deep: %s", (_name, text) => {
    expect(refusal(() => parseJson(text))).toMatchObject({ status: 400, code: "too_deep" });
  });

  it("is taken at 200 levels, and when brackets only stand in its texts or beside each other", () => {
    expect(refusal(() => parseJson(nested(200)))).toBe("taken");
    expect(refusal(() => parseJson(JSON.stringify({ a: "[".repeat(5_000), b: '\\"[{'.repeat(500) })))).toBe("taken");
    expect(refusal(() => parseJson(`[${Array(5_000).fill("[{}]").join(",")}]`))).toBe("taken");
  });

  it("is refused as such when its brackets do not match", () => {
    for (const text of ["]".repeat(1_000), "[]".repeat(300), `"${"[".repeat(300)}`]) {
      expect(refusal(() => parseJson(text))).toMatchObject({ status: 400, code: "malformed_json" });
    }
  });

  it("is refused unparsed when it holds more values than any request has", () => {
    const body = `[${"1,".repeat(2_000_001)}1]`;
    expect(refusal(() => parseJson(body))).toMatchObject({ status: 413, code: "too_many_values" });
  });

  it("names the field whose text cannot be stored", () => {
    const said = (text: string) => refusal(() => parseJson(text));
    expect(said('{"a":{"b":["x","\\u0000"]}}')).toMatchObject({
      message: expect.stringMatching(/ a\.b\.1: holds a null/),
    });
    expect(said('{"a":"\\ud83d"}')).toMatchObject({ message: expect.stringMatching(/ a: holds half a surrogate/) });
    expect(said('{"a":{"\\udc00":1}}')).toMatchObject({ message: expect.stringMatching(/ a: has a field whose name/) });
    expect(said('"\\u0000"')).toMatchObject({ message: expect.stringMatching(/fit\. holds a null byte/) });
    expect(said('{"a":"\\ud83d\\ude00 \\\\u0000"}')).toBe("taken");
  });

  it("of 64 MiB that is all brackets costs neither memory nor time", () => {
    const text = "[".repeat(64 * 1_048_576);
    const began = process.threadCpuUsage();
    expect(refusal(() => parseJson(text))).toMatchObject({ code: "too_deep" });
    expect(process.threadCpuUsage(began).user).toBeLessThan(500_000); // Microseconds.
  });
});

describe("a list of identifiers", () => {
  const schema = z.strictObject({ lead_ids: idList(1_000_000).optional() });

  it("is told once what is wrong with it, however long it is", () => {
    expect(complaints(schema, { lead_ids: Array(900_000).fill(1) })).toEqual({
      "lead_ids.0": expect.stringMatching(/must be an identifier/),
    });
    expect(complaints(schema, { lead_ids: ["a", ""] })).toEqual({ "lead_ids.1": expect.stringMatching(/identifier/) });
    expect(complaints(schema, { lead_ids: ["a".repeat(255)] })).toHaveProperty("lead_ids.0");
    expect(complaints(schema, { lead_ids: [] })).toEqual({ lead_ids: "must not be empty" });
    expect(complaints(schema, { lead_ids: "a" })).toEqual({ lead_ids: "must be a list of identifiers" });
    expect(complaints(schema, { lead_ids: null })).toHaveProperty("lead_ids");
    expect(complaints(schema, {})).toBe("taken");
    expect(complaints(z.strictObject({ lead_ids: idList(5) }), {})).toEqual({ lead_ids: "is required" });
  });

  it("takes a million in milliseconds, and leaves more to be refused as too many", () => {
    const million = Array.from({ length: 1_000_000 }, () => "019aa000-0000-7000-8000-000000000000");
    const began = process.threadCpuUsage();
    expect(complaints(schema, { lead_ids: million })).toBe("taken");
    expect(process.threadCpuUsage(began).user).toBeLessThan(500_000); // Microseconds.
    expect(complaints(schema, { lead_ids: [...million, 1] })).toBe("taken");
  });

  it("is described in openapi.json as what it is", () => {
    expect(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" })).toMatchObject({
      properties: { lead_ids: { type: "array", items: { type: "string" }, minItems: 1, maxItems: 1_000_000 } },
    });
  });
});

describe("what is told about a wrong value", () => {
  const schema = z.strictObject({
    n: z.int().min(0).max(9).optional(),
    share: z.number().optional(),
    kind: z.enum(["one", "two"]).optional(),
    list: z.array(z.string().max(3)).max(2).optional(),
    inner: z.strictObject({ at: z.iso.datetime().optional(), email: z.email().optional() }).optional(),
    either: z.union([z.strictObject({ day: z.int() }), z.strictObject({ hour: z.int() })]).optional(),
  });

  it.each([
    [{ n: -1 }, { n: "must be at least 0" }],
    [{ n: 10 }, { n: "must be at most 9" }],
    [{ n: 1.5 }, { n: "must be a whole number" }],
    [{ n: 2 ** 60 }, { n: "must be at most 9" }],
    [{ n: Number.POSITIVE_INFINITY }, { n: "is too large" }],
    [{ share: Number.NaN }, { share: "must be a number" }],
    [{ share: Number.NEGATIVE_INFINITY }, { share: "is too small" }],
    [{ n: "5" }, { n: "must be a number, not text; write it without quotes" }],
    [{ kind: "three" }, { kind: "must be one of one, two" }],
    [{ list: ["a", "bcde"] }, { "list.1": "must have at most 3 characters" }],
    [{ list: ["a", "b", "c"] }, { list: "must have at most 2 entries" }],
    [{ inner: { at: "now" } }, { "inner.at": "must be a time in UTC, such as 2026-11-21T09:30:00Z" }],
    [{ inner: { email: "x" } }, { "inner.email": "must be an e-mail address, such as ava@example.com" }],
    [
      { inner: { more: 1 }, other: 2 },
      { "inner.more": "is not known here", other: "is not known here" },
    ],
    [{ either: { day: "x" } }, { "either.day": "must be a number, not text" }],
    [{ either: 5 }, { either: "has none of the forms that are known here" }],
  ])("%j", (value, told) => {
    expect(complaints(schema, value)).toEqual(told);
  });

  it("is bounded: names are cut, and so is their number", () => {
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`${n}${"k".repeat(500)}`, 1]));
    const told = complaints(schema, many);
    expect(Object.keys(told)).toHaveLength(50);
    expect(JSON.stringify(told).length).toBeLessThan(10_000);
  });
});
