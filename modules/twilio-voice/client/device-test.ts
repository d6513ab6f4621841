import type { ProblemCode, Quality } from "./phone-problems";

/** What a test of the phone looks at, in this order. */
export const TEST_STEPS = ["microphone", "speaker", "registration", "connection"] as const;
export type TestStepName = (typeof TEST_STEPS)[number];

export interface TestStep {
  name: TestStepName;
  /** "noticed": something is wrong that does not keep calls from working. */
  state: "waiting" | "running" | "passed" | "noticed" | "failed" | "skipped";
  problem: ProblemCode | null;
}

/** What the server says of a problem that the test found. */
export interface Finding {
  code: string;
  message: string;
  remedy: string;
}

/** One test of the phone, as all tabs show it. */
export interface DeviceTest {
  id: string;
  steps: readonly TestStep[];
  /** "untold": it ended, and the server could not be told. */
  outcome: "running" | "passed" | "failed" | "untold";
  findings: readonly Finding[];
  /** The test brought its agent back who had been set to away. */
  returned: boolean;
}

/** Each step answers what is wrong, or null. None rejects, and each ends by itself within half a minute. */
export interface TestSteps {
  microphone(): Promise<ProblemCode | null>;
  speaker(): Promise<ProblemCode | null>;
  registration(): Promise<ProblemCode | null>;
  connection(): Promise<{ problem: ProblemCode | null; quality: Quality | null }>;
}

export interface TestReport {
  testId: string;
  passed: boolean;
  problems: ProblemCode[];
}

export interface DeviceTestPorts {
  steps: TestSteps;
  /** Tells the server. Rejects when it cannot be reached or refuses. */
  report(report: TestReport): Promise<{ findings: readonly Finding[]; returned: boolean }>;
  show(test: DeviceTest): void;
  measured(quality: Quality): void;
}

/** A call can be taken with these all the same. */
const BEARABLE: ReadonlySet<ProblemCode> = new Set(["mic_silent", "speaker_missing"]);
/** Without these there is nothing to connect. */
const NEEDED: ReadonlySet<TestStepName> = new Set(["microphone", "registration"]);

/**
 * Tests the phone step by step, shows how far it is, and tells the server what came of it. A call that rings meanwhile
 * is worth more: an aborted test says nothing to anybody.
 */
export async function runDeviceTest(id: string, ports: DeviceTestPorts, signal: AbortSignal): Promise<void> {
  let steps: TestStep[] = TEST_STEPS.map((name) => ({ name, state: "waiting", problem: null }));
  const show = (more: Partial<DeviceTest> = {}): void => {
    if (!signal.aborted) ports.show({ id, steps, outcome: "running", findings: [], returned: false, ...more });
  };
  const mark = (step: TestStep): void => {
    steps = steps.map((other) => (other.name === step.name ? step : other));
    show();
  };
  for (const name of TEST_STEPS) {
    const blocked = name === "connection" && steps.some((step) => step.state === "failed" && NEEDED.has(step.name));
    if (blocked) {
      mark({ name, state: "skipped", problem: null });
      continue;
    }
    mark({ name, state: "running", problem: null });
    const problem = await look(name, ports);
    if (signal.aborted) return;
    mark({ name, problem, state: problem === null ? "passed" : BEARABLE.has(problem) ? "noticed" : "failed" });
  }
  const problems = steps.flatMap(({ problem }) => problem ?? []);
  const passed = steps.every(({ state }) => state === "passed" || state === "noticed");
  try {
    const { findings, returned } = await ports.report({ testId: id, passed, problems });
    show({ outcome: passed ? "passed" : "failed", findings, returned });
  } catch {
    show({ outcome: "untold" });
  }
}

async function look(name: TestStepName, { steps, measured }: DeviceTestPorts): Promise<ProblemCode | null> {
  if (name !== "connection") return steps[name]();
  const { problem, quality } = await steps.connection();
  if (quality !== null) measured(quality);
  return problem;
}

/** What a test found that no other part of the phone watches: it counts until the next test. */
export function lastingProblems(test: DeviceTest | null): ProblemCode[] {
  const lasting: readonly ProblemCode[] = ["mic_silent", "speaker_missing", "preflight_failed"];
  return (test?.steps ?? []).flatMap(({ problem }) => (problem !== null && lasting.includes(problem) ? problem : []));
}
