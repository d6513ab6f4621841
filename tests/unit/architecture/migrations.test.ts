import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

/** What a process of the version before, which runs beside the new schema for a while, would fall over. */
const TAKES_AWAY =
  /\bDROP\s+(?:TABLE|COLUMN)\b|\bRENAME\s+(?:TO|COLUMN)\b|\bALTER\s+COLUMN\s+"?\w+"?\s+(?:SET\s+DATA\s+)?TYPE\b/i;

const withoutComments = (sql: string) => sql.replaceAll(/--.*$/gm, "");

it("migrations only add: none drops, renames or retypes a table or a column", () => {
  const folders = readdirSync("prisma/migrations", { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.length).toBeGreaterThan(20);
  const taking = folders.filter(({ name }) =>
    TAKES_AWAY.test(withoutComments(readFileSync(join("prisma/migrations", name, "migration.sql"), "utf8"))),
  );
  expect(taking.map(({ name }) => name)).toEqual([]);
});
