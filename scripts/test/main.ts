import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { ROOT } from "../build/fingerprint";
import { generateClient } from "../build/generate";
import { buildWhenStale } from "../build/next-build";
import { throwawayServer } from "../postgres/throwaway";
import type { ThrowawayServer } from "../postgres/throwaway";
import { ensureChromium } from "./chromium";
import { runCommand } from "./command";
import { measured, summary } from "./outcome";
import type { Outcome } from "./outcome";
import { runVitest } from "./vitest-suite";

const SUITES = ["typecheck", "lint", "unit", "integration", "e2e"] as const;
type Suite = (typeof SUITES)[number];
type Check = "typecheck" | "lint";
type Counted = Pick<Outcome, "passed" | "failed" | "remarks">;

const MINUTE_MS = 60_000;
const TIMEOUT_MS: Record<Suite, number> = {
  typecheck: 3 * MINUTE_MS,
  lint: 3 * MINUTE_MS,
  unit: 5 * MINUTE_MS,
  integration: 10 * MINUTE_MS,
  e2e: 12 * MINUTE_MS,
};

const log = (line: string): void => console.log(line);
let interruptedBy: string | undefined;
let server: ThrowawayServer | undefined;

function isCheck(suite: Suite): suite is Check {
  return suite === "typecheck" || suite === "lint";
}

function heading(suite: Suite): string {
  return `\n── ${suite} ${"─".repeat(60 - suite.length)}`;
}

function isSuite(name: string | undefined): name is Suite {
  return SUITES.some((suite) => suite === name);
}

/** A check written down in package.json: the same command that a person runs by hand. */
async function runScript(suite: Check, keep?: (output: string) => void): Promise<Counted> {
  const { scripts } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const ended = await runCommand("/bin/sh", ["-c", scripts[suite] ?? "false"], { timeoutMs: TIMEOUT_MS[suite], keep });
  return ended === "code 0"
    ? { passed: 1, failed: 0, remarks: [] }
    : { passed: 0, failed: 1, remarks: [`ended with ${ended}`] };
}

/** The environment of the test processes; nothing of a developer's own installation reaches them. */
async function testVariables(): Promise<NodeJS.ProcessEnv> {
  server ??= await throwawayServer(log);
  return { ...process.env, NODE_ENV: "test", TEST_DATABASE_URL: server.adminUrl };
}

/**
 * What browser tests stand on: a Chromium, whose path it answers, and the application, built. Begun once; the build
 * waits for `before`.
 */
let browserWork: Promise<string> | undefined;
function browserReady(before: Promise<unknown> = Promise.resolve()): Promise<string> {
  const built = (): Promise<void> => before.then(() => buildWhenStale(process.env, log));
  browserWork ??= Promise.all([ensureChromium(), built()]).then(([path]) => path);
  return browserWork;
}

async function runSuite(suite: Suite, args: readonly string[]): Promise<Counted> {
  const timeoutMs = TIMEOUT_MS[suite];
  if (isCheck(suite)) return runScript(suite);
  if (suite === "unit") return runVitest(suite, args, { timeoutMs, env: { ...process.env, NODE_ENV: "test" } });
  if (suite === "integration") return runVitest(suite, args, { timeoutMs, env: await testVariables() });
  const env = { ...(await testVariables()), CHROMIUM_PATH: await browserReady() };
  return runVitest(suite, args, { timeoutMs, env });
}

/** Runs checks one after the other without a word; answers what came of them, and how to show what they said. */
async function runKept(checks: readonly Check[]): Promise<{ outcomes: Outcome[]; show: () => void }> {
  const outcomes: Outcome[] = [];
  const words: string[] = [];
  for (const check of checks) {
    words.push(`${heading(check)}\n`);
    outcomes.push(await measured(check, () => runScript(check, (output) => words.push(output))));
  }
  return { outcomes, show: () => process.stdout.write(words.join("")) };
}

/**
 * Runs suites one after the other. The checks compute on one processor for the most part, and unit tests wait for much:
 * these go side by side, and what the checks say is shown afterwards. So does what browser tests need: the download of
 * a browser from the beginning, the build after the checks.
 */
async function runAll(wanted: readonly Suite[], args: readonly string[], outcomes: Outcome[]): Promise<void> {
  const beside = wanted.includes("unit") ? wanted.filter(isCheck) : [];
  const checked = runKept(beside);
  // When it fails, the suite that waits for it says so.
  if (wanted.includes("e2e")) browserReady(checked).catch(() => undefined);
  for (const suite of wanted.filter((one) => !beside.some((check) => check === one))) {
    if (interruptedBy) throw new Error(`Interrupted by ${interruptedBy} before ${suite}`);
    console.log(heading(suite));
    const outcome = await measured(suite, () => runSuite(suite, args));
    if (suite === "unit") {
      const { outcomes: before, show } = await checked;
      show();
      outcomes.push(...before);
    }
    outcomes.push(outcome);
  }
}

/** `npm test`, or `npm test -- SUITE [file filter or option of Vitest]...`. */
async function main(): Promise<boolean> {
  const [first, ...args] = process.argv.slice(2);
  if (first !== undefined && !isSuite(first)) {
    throw new Error(`There is no suite ${JSON.stringify(first)}: ${SUITES.join(", ")}`);
  }
  const wanted: readonly Suite[] = first === undefined ? SUITES : [first];
  const outcomes: Outcome[] = [];
  try {
    await generateClient(log);
    await runAll(wanted, args, outcomes);
  } catch (error) {
    const remarks = [error instanceof Error ? error.message : String(error)];
    outcomes.push({ suite: "set-up", passed: 0, failed: 1, seconds: 0, remarks });
  } finally {
    await server?.stop();
  }
  console.log(summary(outcomes));
  return outcomes.every(({ failed }) => failed === 0);
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  // The command that runs at the moment ends itself by its own handler; no other one is begun.
  process.on(signal, () => (interruptedBy = signal));
}

try {
  process.exit((await main()) ? 0 : 1);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.log("0 passed, 1 failed");
  process.exit(1);
}
