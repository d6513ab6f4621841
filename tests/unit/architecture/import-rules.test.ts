import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { cruise } from "dependency-cruiser";
import type { IConfiguration, ICruiseResult } from "dependency-cruiser";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const rules = createRequire(import.meta.url)("../../../.dependency-cruiser.cjs") as IConfiguration;

/** One file of an imaginary house for each thing that can be imported. */
const TARGETS = [
  "app/page.tsx",
  "components/button.tsx",
  "lib/errors.ts",
  "lib/logger.ts",
  "lib/config/env.ts",
  "lib/db/client.ts",
  "lib/db/generated/client.ts",
  "modules/container.ts",
  "modules/leads/schemas.ts",
  "modules/leads/components/list.tsx",
  "modules/leads/domain/lead.ts",
  "modules/leads/services/assign.service.ts",
  "modules/leads/repositories/lead.repository.ts",
  "modules/agents/schemas.ts",
  "modules/agents/domain/agent.ts",
  "modules/agents/services/presence.service.ts",
  "modules/agents/repositories/agent.repository.ts",
  "modules/audit/repositories/audit.repository.ts",
  "modules/twilio-voice/adapters/carrier.ts",
  "modules/twilio-voice/client/device.ts",
  "modules/twilio-simulator/contract.ts",
  "scripts/seed.ts",
  "node_modules/twilio/index.js",
  "node_modules/@twilio/voice-sdk/index.js",
  "node_modules/@prisma/client/index.js",
  "node_modules/zod/index.js",
  "node_modules/pg/index.js",
];

/** [importing file, what it imports, the rule that says no (undefined: nothing says no)] */
const CASES: readonly [string, string, string | undefined][] = [
  ["app/a1.ts", "modules/container.ts", undefined],
  ["app/a2.ts", "modules/leads/schemas.ts", undefined],
  ["app/a3.ts", "modules/leads/components/list.tsx", undefined],
  ["app/a4.ts", "components/button.tsx", undefined],
  ["app/a5.ts", "modules/leads/services/assign.service.ts", "app-layer"],
  ["app/a6.ts", "modules/leads/repositories/lead.repository.ts", "app-layer"],
  ["app/a7.ts", "lib/db/client.ts", "app-layer"],
  ["app/a8.ts", "modules/leads/domain/lead.ts", "app-layer"],
  ["modules/leads/services/s1.ts", "modules/leads/domain/lead.ts", undefined],
  ["modules/leads/services/s2.ts", "modules/leads/repositories/lead.repository.ts", undefined],
  ["modules/leads/services/s3.ts", "modules/agents/services/presence.service.ts", undefined],
  ["modules/leads/services/s4.ts", "modules/audit/repositories/audit.repository.ts", undefined],
  ["modules/leads/services/s5.ts", "modules/agents/repositories/agent.repository.ts", "services-layer"],
  ["modules/leads/services/s6.ts", "modules/agents/domain/agent.ts", "services-layer"],
  ["modules/leads/services/s7.ts", "components/button.tsx", "services-layer"],
  ["modules/leads/services/s8.ts", "modules/twilio-voice/adapters/carrier.ts", "services-layer"],
  ["modules/leads/services/s9.ts", "modules/container.ts", "container-is-for-the-edge"],
  ["modules/leads/services/s10.ts", "lib/db/generated/client.ts", "prisma-in-repositories-only"],
  ["modules/leads/domain/d1.ts", "lib/errors.ts", undefined],
  ["modules/leads/domain/d2.ts", "zod", undefined],
  ["modules/leads/domain/d3.ts", "lib/logger.ts", "domain-layer"],
  ["modules/leads/domain/d4.ts", "modules/leads/repositories/lead.repository.ts", "domain-layer"],
  ["modules/leads/domain/d5.ts", "node:fs", "domain-is-pure"],
  ["modules/leads/domain/d6.ts", "pg", "domain-is-pure"],
  ["modules/leads/repositories/r1.ts", "lib/db/generated/client.ts", undefined],
  ["modules/leads/repositories/r2.ts", "modules/leads/domain/lead.ts", undefined],
  ["modules/leads/repositories/r3.ts", "modules/agents/repositories/agent.repository.ts", "repositories-layer"],
  ["modules/leads/repositories/r4.ts", "modules/leads/services/assign.service.ts", "repositories-layer"],
  ["modules/twilio-voice/adapters/t1.ts", "twilio", undefined],
  ["modules/twilio-voice/adapters/t2.ts", "lib/db/client.ts", "adapters-layer"],
  ["modules/twilio-voice/services/t3.ts", "twilio", "twilio-in-adapters-only"],
  ["modules/leads/components/c1.ts", "@twilio/voice-sdk", "voice-sdk-in-the-softphone-only"],
  ["modules/leads/components/c2.ts", "modules/leads/services/assign.service.ts", "screens-layer"],
  ["modules/leads/components/c3.ts", "lib/config/env.ts", "screens-layer"],
  ["modules/leads/schemas.ts", "modules/leads/services/assign.service.ts", "schemas-layer"],
  ["components/k1.ts", "modules/leads/domain/lead.ts", "components-layer"],
  ["lib/l1.ts", "modules/leads/domain/lead.ts", "lib-layer"],
  ["lib/l2.ts", "scripts/seed.ts", "no-upward-import"],
  ["lib/l3.ts", "@prisma/client", "prisma-in-repositories-only"],
  ["lib/l4.ts", "./nowhere", "no-unresolvable"],
  ["lib/l5.ts", "lib/index.ts", "no-barrel"],
  ["modules/twilio-simulator/m1.ts", "lib/errors.ts", "carrier-knows-no-product"],
  ["modules/leads/services/s11.ts", "modules/twilio-simulator/contract.ts", "product-knows-no-carrier"],
];

describe("the import rules", () => {
  let root: string;
  let violations: Map<string, Set<string>>;

  beforeAll(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), "evenhand-imports-")));
    const write = async (path: string, text: string): Promise<void> => {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    };
    for (const target of TARGETS) await write(target, "export const something = 1;\n");
    await write("lib/index.ts", 'export { something } from "./errors";\n');
    await write("lib/round.ts", 'import { b } from "./about";\nexport const a = () => b;\n');
    await write("lib/about.ts", 'import { a } from "./round";\nexport const b = () => a;\n');
    for (const [from, to] of CASES) {
      const inHouse = /^(app|components|lib|modules|scripts)\//.test(to);
      const specifier = inHouse ? `${"../".repeat(from.split("/").length - 1)}${to.replace(/\.tsx?$/, "")}` : to;
      await write(from, `import * as thing from "${specifier}";\nexport const used = thing;\n`);
    }
    const { output } = await cruise(
      ["app", "components", "lib", "modules"],
      { baseDir: root, validate: true, ruleSet: rules, ...rules.options, tsConfig: {} },
      { ...rules.options?.enhancedResolveOptions, modules: ["node_modules"] },
    );
    violations = new Map();
    for (const { from, to, rule } of (output as ICruiseResult).summary.violations) {
      const key = `${from} -> ${to}`;
      violations.set(key, (violations.get(key) ?? new Set()).add(rule.name));
    }
  }, 60_000);

  afterAll(async () => {
    await rm(root, { recursive: true, force: true });
  });

  function rulesFor(from: string): string[] {
    return [...violations].flatMap(([key, names]) => (key.startsWith(`${from} -> `) ? [...names] : []));
  }

  it.each(CASES)("%s importing %s", (from, _to, rule) => {
    const broken = rulesFor(from);
    expect(rule === undefined ? broken.length === 0 : broken.includes(rule), `breaks ${broken.join(", ")}`).toBe(true);
  });

  it("sees a cycle", () => {
    expect([...rulesFor("lib/round.ts"), ...rulesFor("lib/about.ts")]).toContain("no-cycle");
  });

  it("has a case for every rule", () => {
    const shown = new Set([...CASES.map(([, , rule]) => rule), "no-cycle"]);
    const named = (rules.forbidden ?? []).map((rule) => rule.name);
    expect(named.filter((name) => !shown.has(name))).toEqual(["no-cycle-at-run-time"]);
  });
});
