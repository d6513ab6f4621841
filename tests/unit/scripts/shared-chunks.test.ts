import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { shareChunks } from "../../../scripts/build/shared-chunks";

let build: string;
beforeEach(async () => {
  build = await mkdtemp(join(tmpdir(), "evenhand-build-"));
  await mkdir(join(build, "server", "chunks"), { recursive: true });
});
afterEach(() => rm(build, { recursive: true, force: true }));

const path = (name: string) => join(build, "server", "chunks", name);
const chunk = (answer: number, name: string) =>
  `module.exports=[${answer},()=>${answer}/*${"x".repeat(100_000)}*/];\n\n//# sourceMappingURL=${name}.map`;

it("has chunks that differ by the names of their maps alone be one, and leaves all others", async () => {
  for (const [name, answer] of Object.entries({ "_a._.js": 1, "_b._.js": 1, "_c._.js": 2, "_d._.js": 1 })) {
    await writeFile(path(name), chunk(answer, name));
  }
  const others = { "small.js": "module.exports=[1];", "runtime.js": `"use strict";${"y".repeat(100_000)}` };
  for (const [name, text] of Object.entries(others)) await writeFile(path(name), text);
  expect(await shareChunks(build)).toBe(2);
  const load = createRequire(path("any.js"));
  expect([load("./_b._.js"), load("./_d._.js")].every((loaded) => loaded === load("./_a._.js"))).toBe(true);
  expect((load("./_c._.js") as [number, () => number])[1]()).toBe(2);
  for (const [name, text] of Object.entries(others)) expect(await readFile(path(name), "utf8")).toBe(text);
  // A build that is there already stays as it is.
  expect(await shareChunks(build)).toBe(0);
});
