import { createHash } from "node:crypto";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Bytes below which a copy is not worth a file that names another. */
const LEAST_BYTES = 100_000;
/** What each chunk exports: modules by number. */
const BEGINNING = "module.exports=[";
const SOURCE_MAP = /\n\/\/# sourceMappingURL=\S*\s*$/;

/**
 * Has chunks of the server that are the same be one. Turbopack writes what all routes use once for each group of routes,
 * and the web process then holds each copy's text for as long as it lives: twenty of 2.6 MB, of two bytes a letter. All
 * but the first become a line that requires it, as Turbopack's runtime would the chunk itself. Answers how many.
 */
export async function shareChunks(buildDirectory: string): Promise<number> {
  const directory = join(buildDirectory, "server", "chunks");
  const names = (await readdir(directory)).filter((name) => name.endsWith(".js")).toSorted();
  const firsts = new Map<string, string>();
  let shared = 0;
  for (const name of names) {
    const path = join(directory, name);
    if ((await stat(path)).size < LEAST_BYTES) continue;
    const text = await readFile(path, "utf8");
    if (!text.startsWith(BEGINNING)) continue;
    // They differ by the names of their maps.
    const hash = createHash("sha256").update(text.replace(SOURCE_MAP, "")).digest("hex");
    const first = firsts.get(hash);
    if (first === undefined) {
      firsts.set(hash, name);
      continue;
    }
    await writeFile(path, `module.exports=require(${JSON.stringify(`./${first}`)});\n`);
    shared += 1;
  }
  return shared;
}
