import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { ROOT } from "@/scripts/build/fingerprint";
import { summary } from "@/scripts/test/outcome";
import { count } from "@/scripts/test/vitest-suite";

function file(status: string, ...tests: string[]) {
  return {
    name: join(ROOT, "a.test.ts"),
    status,
    message: "broken",
    assertionResults: tests.map((one, index) => ({ status: one, fullName: `test ${index}` })),
  };
}

describe("counting tests", () => {
  it("counts a skipped, pending or unfinished test as failed", () => {
    const counted = count([file("passed", "passed", "skipped", "pending", "todo")], false);
    expect(counted).toMatchObject({ passed: 1, failed: 3 });
    expect(counted.remarks).toHaveLength(3);
  });

  it("does not blame tests left out by name", () => {
    expect(count([file("passed", "passed", "skipped")], true)).toMatchObject({ passed: 1, failed: 0 });
  });

  it("counts a file that failed outside its tests once", () => {
    expect(count([file("failed"), file("failed", "passed")], false)).toMatchObject({ passed: 1, failed: 2 });
    expect(count([file("failed", "failed", "passed")], false)).toMatchObject({ passed: 1, failed: 1 });
  });

  it("says under the table which test failed and why, without the frames of packages", () => {
    const message =
      "\u001b[31mAssertionError: expected 1 to be 2\u001b[39m\n    at /r/tests/a.test.ts:3:1\n    at /r/node_modules/x/y.js:1:1";
    const failed = { status: "failed", fullName: "adds up", failureMessages: [message] };
    const { remarks } = count([{ ...file("failed"), assertionResults: [failed] }], false);
    expect(remarks).toEqual([
      "a.test.ts: adds up\n  AssertionError: expected 1 to be 2\n      at /r/tests/a.test.ts:3:1",
    ]);
    const said = summary([{ suite: "unit", passed: 0, failed: 1, seconds: 1, remarks }]).split("\n");
    expect(said.slice(3, 5)).toEqual([
      "              a.test.ts: adds up",
      "                AssertionError: expected 1 to be 2",
    ]);
  });

  it("ends with one line of totals", () => {
    const one = { suite: "unit", passed: 2, failed: 1, seconds: 1, remarks: [] };
    expect(
      summary([one, { ...one, suite: "lint" }])
        .split("\n")
        .at(-1),
    ).toBe("4 passed, 2 failed");
  });
});
