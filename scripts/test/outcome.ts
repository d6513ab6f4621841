/** What came of one suite. */
export interface Outcome {
  suite: string;
  passed: number;
  failed: number;
  seconds: number;
  /** What to say about failures: of a test, of a file outside its tests, a crash, a suite that ran nothing. */
  remarks: string[];
}

/** Runs one suite; whatever it throws is a failure of its own, never an end of the whole run. */
export async function measured(
  suite: string,
  work: () => Promise<Pick<Outcome, "passed" | "failed" | "remarks">>,
): Promise<Outcome> {
  const startedAt = performance.now();
  const counted = await work().catch((error: unknown) => ({
    passed: 0,
    failed: 1,
    remarks: [error instanceof Error ? error.message : String(error)],
  }));
  return { suite, ...counted, seconds: (performance.now() - startedAt) / 1000 };
}

/** The summary by suite; its last line is the one that machines read. */
export function summary(outcomes: readonly Outcome[]): string {
  const lines = ["", "suite         passed  failed  seconds"];
  for (const { suite, passed, failed, seconds, remarks } of outcomes) {
    lines.push(
      `${suite.padEnd(12)}  ${String(passed).padStart(6)}  ${String(failed).padStart(6)}  ${seconds.toFixed(1).padStart(7)}`,
      ...remarks.map((remark) => remark.replaceAll(/^/gm, "              ")),
    );
  }
  const total = (pick: (outcome: Outcome) => number): number => outcomes.reduce((sum, one) => sum + pick(one), 0);
  lines.push("", `${total((one) => one.passed)} passed, ${total((one) => one.failed)} failed`);
  return lines.join("\n");
}
