import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { isLocked } from "@/scripts/complete-lockfile.mjs";

interface Entry {
  version?: string;
  resolved?: string;
  optionalDependencies?: Record<string, string>;
}

const file = new URL("../../../package-lock.json", import.meta.url);
const { packages } = JSON.parse(readFileSync(file, "utf8")) as { packages: Record<string, Entry> };

describe("package-lock.json (node scripts/complete-lockfile.mjs repairs it)", () => {
  it("has the optional packages of every platform, or npm ci refuses it", () => {
    const missing = Object.entries(packages).flatMap(([from, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter((name) => !isLocked(packages, from, name)),
    );
    expect(missing).toEqual([]);
  });

  it("names no registry's host", () => {
    expect(Object.entries(packages).filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  });
});
