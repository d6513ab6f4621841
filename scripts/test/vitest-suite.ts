import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";

import { ROOT } from "../build/fingerprint";
import { runCommand } from "./command";
import type { Outcome } from "./outcome";

const VITEST = join("node_modules", "vitest", "vitest.mjs");

interface FileResult {
  name: string;
  status: string;
  message: string;
  assertionResults: { status: string; fullName: string; failureMessages?: string[] | null }[];
}

/** As many lines of a failure as tell what was expected, what came, and from where in the test. */
const REASON_LINES = 8;

/** A failure said again under the table: a log may be kept by its end only, and its middle is where the rest stands. */
function failure(file: string, fullName: string, messages: readonly string[]): string {
  const reason = stripVTControlCharacters(messages[0] ?? "")
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.includes("/node_modules/"));
  return [`${relative(ROOT, file)}: ${fullName}`, ...reason.slice(0, REASON_LINES)].join("\n  ");
}

function isReport(value: unknown): value is { testResults: FileResult[] } {
  return typeof value === "object" && value !== null && "testResults" in value && Array.isArray(value.testResults);
}

/**
 * Counts a report. Only what ran and passed counts as passed: a skipped or unfinished test counts as failed, and so does
 * a file that failed outside its tests (it could not be loaded, or a hook failed).
 */
export function count(files: readonly FileResult[], named: boolean): Pick<Outcome, "passed" | "failed" | "remarks"> {
  let passed = 0;
  let failed = 0;
  const remarks: string[] = [];
  for (const file of files) {
    let failedHere = 0;
    for (const { status, fullName, failureMessages } of file.assertionResults) {
      if (status === "passed") passed += 1;
      else if (status === "failed") {
        failedHere += 1;
        remarks.push(failure(file.name, fullName, failureMessages ?? []));
      }
      // Tests left out because a name was asked for (-t) are nobody's failure.
      else if (!named) {
        failedHere += 1;
        remarks.push(`${status}, which counts as failed: ${fullName}`);
      }
    }
    if (file.status !== "passed" && failedHere === 0) {
      failedHere = 1;
      remarks.push(`${file.name} failed outside its tests: ${file.message.split("\n")[0] ?? ""}`);
    }
    failed += failedHere;
  }
  return { passed, failed, remarks };
}

/** Runs one Vitest project. `args` are file filters and further options. */
export async function runVitest(
  project: string,
  args: readonly string[],
  options: { timeoutMs: number; env: NodeJS.ProcessEnv },
): Promise<Pick<Outcome, "passed" | "failed" | "remarks">> {
  const directory = await mkdtemp(join(tmpdir(), "evenhand-report-"));
  const file = join(directory, "report.json");
  try {
    const ended = await runCommand(
      process.execPath,
      [
        VITEST,
        "run",
        "--project",
        project,
        "--reporter=default",
        "--reporter=json",
        `--outputFile.json=${file}`,
        ...args,
      ],
      options,
    );
    const report: unknown = JSON.parse(await readFile(file, "utf8").catch(() => "null"));
    if (!isReport(report)) return { passed: 0, failed: 1, remarks: [`The runner left no report (${ended})`] };
    const counted = count(report.testResults, args.includes("-t"));
    if (counted.passed + counted.failed === 0) {
      return { passed: 0, failed: 1, remarks: ["No test ran"] };
    }
    if (ended !== "code 0" && counted.failed === 0) {
      counted.failed = 1;
      counted.remarks.push(`Every test passed but the runner ended with ${ended}: see the errors it printed`);
    }
    return counted;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
