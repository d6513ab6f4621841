import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { ROOT } from "../build/fingerprint";
import type { Bench, Figure } from "./figure";
import { machine } from "./machine";

const FILE = join(ROOT, "docs", "benchmarks.md");
const HEADER = `# Benchmarks

Written by \`npm run bench\`, each section by the last run of its bench. Every figure has its bound; figures are those
that ran, on the machine named with them.
`;

function formatted(value: number): string {
  return Math.abs(value) >= 1_000 ? Math.round(value).toLocaleString("en-US") : String(Number(value.toPrecision(3)));
}

function row(figure: Figure): string[] {
  const ratio = figure.ratio === undefined ? "" : figure.ratio.toFixed(2);
  const verdict = figure.passed ? "met" : "missed";
  return [figure.name, `${formatted(figure.value)} ${figure.unit}`, figure.limit, ratio, verdict, figure.note ?? ""];
}

const COLUMNS = ["figure", "value", "limit", "ratio", "", "beside it"];

/** A table for the terminal. */
export function table(figures: readonly Figure[]): string {
  const rows = [COLUMNS, ...figures.map(row)];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  return rows
    .map((cells) =>
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function section(bench: Bench, figures: readonly Figure[], at: Date): string {
  return [
    `## ${bench.name}`,
    "",
    bench.about,
    "",
    `${at.toISOString().slice(0, 16).replace("T", " ")} UTC, ${machine()}`,
    "",
    `| ${COLUMNS.join(" | ")} |`,
    `|${" --- |".repeat(COLUMNS.length)}`,
    ...figures.map((figure) => `| ${row(figure).join(" | ")} |`),
    "",
  ].join("\n");
}

/** Replaces the bench's section in docs/benchmarks.md, leaving the others as they are. */
export async function writeSection(bench: Bench, figures: readonly Figure[], at: Date): Promise<void> {
  const text = await readFile(FILE, "utf8").catch(() => HEADER);
  const [header = HEADER, ...sections] = text.split(/^(?=## )/m);
  const others = sections.filter((one) => !one.startsWith(`## ${bench.name}\n`));
  const all = [...others.map((one) => one.trimEnd()), section(bench, figures, at).trimEnd()].toSorted();
  await writeFile(FILE, `${[header.trimEnd(), ...all].join("\n\n")}\n`);
}
