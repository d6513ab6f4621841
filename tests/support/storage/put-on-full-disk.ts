import { DiskStore } from "@/lib/storage/disk-store";
import { troubleOf } from "@/lib/storage/object-store";

/**
 * Puts two mebibytes into a directory (the argument) in a process that the kernel lets write less to any file, and prints
 * what came of it.
 */
const [directory = "", mebibytes = "2"] = process.argv.slice(2);
process.on("SIGXFSZ", () => undefined); // Otherwise the process ends where a write would fail.

async function* source(): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < 64 * Number(mebibytes); at += 1) yield new Uint8Array(16_384);
}

try {
  await new DiskStore(directory).put("files/one", source());
  process.stdout.write("kept");
} catch (error) {
  process.stdout.write(`${troubleOf(error)} ${((error as Error).cause as NodeJS.ErrnoException).code}`);
}
