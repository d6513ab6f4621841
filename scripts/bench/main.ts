import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";

import type { Figure } from "./figure";
import { machine } from "./machine";
import { BENCHES } from "./registry";
import { table, writeSection } from "./report";

/** `npm run bench`, `-- --only NAME` (may be repeated), `--json FILE` for machines, `--leads N` for those that need many, `--share 0.1` for a shorter run of long ones, which is not published. Exits non-zero on a missed bound. */
async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      only: { type: "string", multiple: true },
      json: { type: "string" },
      leads: { type: "string" },
      share: { type: "string" },
    },
  });
  const unknown = (values.only ?? []).filter((name) => !BENCHES.some((bench) => bench.name === name));
  if (unknown.length > 0) {
    throw new Error(`There is no bench ${unknown.join(", ")}: ${BENCHES.map((bench) => bench.name).join(", ")}`);
  }
  const leads = values.leads === undefined ? undefined : Number(values.leads);
  if (leads !== undefined && !(Number.isInteger(leads) && leads > 0)) throw new Error("--leads wants a whole number");
  const share = Number(values.share ?? 1);
  if (!(share > 0 && share <= 1)) throw new Error("--share wants a number above 0 and at most 1");
  console.log(machine());
  const results: { bench: string; at: string; figures: Figure[] }[] = [];
  for (const bench of BENCHES.filter(({ name }) => values.only === undefined || values.only.includes(name))) {
    console.log(`\n── ${bench.name}`);
    const figures = await bench.run({ leads, share });
    const at = new Date();
    console.log(table(figures));
    if (share === 1) await writeSection(bench, figures, at);
    else console.log("A share of a run is not published.");
    results.push({ bench: bench.name, at: at.toISOString(), figures });
  }
  if (values.json !== undefined) {
    await writeFile(values.json, `${JSON.stringify({ machine: machine(), results }, null, 2)}\n`);
  }
  return results.every(({ figures }) => figures.every(({ passed }) => passed));
}

try {
  process.exit((await main()) ? 0 : 1);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
