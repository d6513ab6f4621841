import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const run = promisify(execFile);
const SCRIPT = resolve(import.meta.dirname, "../../support/storage/put-on-full-disk.ts");
/** What `ulimit` counts in. */
const BLOCKS = (1_048_576 * 1.5) / 512;

it("what the disk has no room for leaves nothing, and is said to be that", async () => {
  const directory = await mkdtemp(join(tmpdir(), "evenhand-full-"));
  const put = async (mebibytes: number): Promise<string> => {
    const command = `ulimit -f ${BLOCKS} && exec "$0" --import tsx "$@"`;
    const args = ["-c", command, process.execPath, SCRIPT, directory, String(mebibytes)];
    return (await run("sh", args, { timeout: 60_000 })).stdout;
  };
  try {
    expect(await put(1)).toBe("kept");
    const before = await readdir(directory, { recursive: true });
    expect(await put(2)).toBe("full EFBIG");
    expect(await readdir(directory, { recursive: true })).toEqual(before);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
