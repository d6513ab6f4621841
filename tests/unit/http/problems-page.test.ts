import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { problemsIn, problemsInCode, unionIn } from "@/tests/support/problem-codes";

const PAGE = readFileSync(resolve(import.meta.dirname, "../../../docs/problems.md"), "utf8");

/** The rows of the page's tables below a heading, as lists of cells. */
function rowsBelow(heading: string): string[][] {
  const section = PAGE.split(/^## /m).find((part) => part.startsWith(heading)) ?? "";
  return section
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const named = (cell = ""): string => cell.replaceAll("`", "");

describe("docs/problems.md", () => {
  const problems = PAGE.split(/^## /m)
    .filter((part) => part.startsWith("Problems"))
    .flatMap((part) => rowsBelow(part.split("\n")[0] ?? ""));

  it("names every problem the code can answer with its status, and no other", () => {
    const { problems: inCode, unsaid } = problemsInCode();
    expect(unsaid, "refusals whose code is chosen elsewhere: see CHOSEN_ELSEWHERE").toEqual([]);
    expect(inCode.length).toBeGreaterThan(40);
    expect(problems.map(([code, status]) => `${named(code)} ${status}`).sort()).toEqual(inCode);
  });

  it("names every code a row of bulk work can have", () => {
    const rows = rowsBelow("Codes of single rows").map(([code]) => named(code));
    expect(rows.sort()).toEqual(unionIn("modules/leads/domain/plan.ts", "RowCode"));
  });

  it("says of each when it is given and what to do", () => {
    for (const [code, , when = "", todo = ""] of problems) {
      expect(when.length, `${code} when`).toBeGreaterThan(10);
      expect(todo.length, `${code} what to do`).toBeGreaterThan(5);
    }
  });
});

describe("the search for problems in code", () => {
  it("finds each way to make one, and what does not say its code", () => {
    const code = `
      const refusal = (code: string, message: string): AppError => new AppError(418, code, message);
      throw new AppError(
        404,
        "not_here",
        "No.",
      );
      throw conflict("busy", "x"); throw unprocessable(
        "odd", "y", { a: 1 });
      throw refusal("teapot", "z"); throw conflict(obstacle.kind, obstacle.message); throw other("no_problem", 1);`;
    expect(problemsIn(code)).toEqual(["not_here 404", "busy 409", "odd 422", "teapot 418", undefined]);
  });
});
