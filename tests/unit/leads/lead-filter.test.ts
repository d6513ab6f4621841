import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AppError } from "@/lib/errors";
import {
  checkFilter,
  filterFields,
  filterOps,
  filterSchema,
  type LeadFilter,
  MAX_DEPTH,
} from "@/modules/leads/domain/lead-filter";
import { filterCondition } from "@/modules/leads/repositories/lead-filter.sql";

const code = (filter: LeadFilter): string => {
  try {
    checkFilter(filter);
    return "accepted";
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
};

const nested = (depth: number): LeadFilter =>
  depth === 1 ? { field: "name", op: "eq", value: "a" } : { not: nested(depth - 1) };

describe("the filter tree", () => {
  test("accepts each field with an operator it has", () => {
    expect(code({ field: "name", op: "contains", value: "o'b%_\\" })).toBe("accepted");
    expect(code({ field: "priority", op: "gte", value: "high" })).toBe("accepted");
    expect(code({ field: "tags", op: "in", value: ["hot", "vip"] })).toBe("accepted");
    expect(code({ field: "assigned_agent", op: "is_empty" })).toBe("accepted");
    expect(code({ field: "last_activity", op: "within_last", value: { n: 3, unit: "days" } })).toBe("accepted");
    expect(code({ and: [{ or: [] }, { not: { field: "text", op: "contains", value: "maple" } }] })).toBe("accepted");
  });

  test("refuses what has no meaning, saying which", () => {
    expect(code({ field: "tags", op: "gt", value: "a" })).toBe("filter_operator");
    expect(code({ field: "created_at", op: "gt", value: "yesterday" })).toBe("filter_value");
    expect(code({ field: "priority", op: "eq", value: "extreme" })).toBe("filter_value");
    expect(code({ field: "assigned_agent", op: "is_empty", value: "x" })).toBe("filter_value");
    expect(code({ field: "name", op: "in", value: [] })).toBe("filter_value");
  });

  test("is bounded in depth and width", () => {
    expect(code(nested(MAX_DEPTH))).toBe("accepted");
    expect(code(nested(50))).toBe("filter_too_deep");
    const wide: LeadFilter = { or: Array.from({ length: 200 }, () => nested(1)) };
    expect(code(wide)).toBe("filter_too_large");
  });

  test("refuses unknown members, fields and operators by shape", () => {
    expect(filterSchema.safeParse({ field: "password", op: "eq", value: 1 }).success).toBe(false);
    expect(filterSchema.safeParse({ field: "name", op: "matches", value: ".*" }).success).toBe(false);
    expect(filterSchema.safeParse({ and: [], or: [] }).success).toBe(false);
  });

  test("whatever passes the check has a condition, and values never become SQL text", () => {
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom("high", "2026-01-02T03:04:05Z"),
      fc.integer(),
      fc.array(fc.string(), { minLength: 1, maxLength: 3 }),
      fc.constant({ n: 1, unit: "hours" }),
      fc.constant(undefined),
    );
    const leaf = fc.record({ field: fc.constantFrom(...filterFields), op: fc.constantFrom(...filterOps), value });
    fc.assert(
      fc.property(leaf, (candidate) => {
        const marked =
          typeof candidate.value === "string" ? { ...candidate, value: `${candidate.value}';DROP` } : candidate;
        for (const filter of [candidate, marked]) {
          if (code(filter) !== "accepted") continue;
          expect(filterCondition(checkFilter(filter)).sql).not.toContain("DROP");
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
