import { vi } from "vitest";
import type { Container } from "@/modules/container";

interface Process {
  /** The environment that the first file of this process found. */
  inheritedEnvironment?: NodeJS.ProcessEnv;
  evenhandContainer?: Container;
}

/**
 * Before each test file: nothing is left of the file that the same process ran before it. The product's modules are
 * loaded anew, so that settings are read again and no cache is warm; packages stay loaded, which is what a process for
 * many files saves.
 */
const here = globalThis as typeof globalThis & Process;
here.inheritedEnvironment ??= { ...process.env };
for (const name of Object.keys(process.env)) if (!(name in here.inheritedEnvironment)) delete process.env[name];
Object.assign(process.env, here.inheritedEnvironment);
delete here.evenhandContainer;
vi.useRealTimers();
vi.unstubAllGlobals();
vi.resetModules();
