import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

async function filesBelow(path: string, skip: ReadonlySet<string>): Promise<string[]> {
  if (skip.has(relative(ROOT, path))) return [];
  const info = await stat(path).catch(() => undefined);
  if (info === undefined) return [];
  if (!info.isDirectory()) return [path];
  const names = await readdir(path);
  const nested = await Promise.all(names.toSorted().map((name) => filesBelow(join(path, name), skip)));
  return nested.flat();
}

/** One hash over the names and contents of files and directories (paths below the root; those missing count as empty). */
export async function fingerprint(paths: readonly string[], skip: readonly string[] = []): Promise<string> {
  const hash = createHash("sha256");
  const skipped = new Set(skip);
  for (const path of paths) {
    for (const file of await filesBelow(join(ROOT, path), skipped)) {
      hash
        .update(`${relative(ROOT, file)}\0`)
        .update(await readFile(file))
        .update("\0");
    }
  }
  return hash.digest("hex");
}
