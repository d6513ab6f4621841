// Loaded before the program of every child process (node --import). The parent holds the other end of this process's
// standard input; when the parent is killed without a chance to clean up, the pipe ends and so does this process.
import { isMainThread } from "node:worker_threads";

const PATIENCE_MS = 8_000;

// Worker threads inherit --import, but their standard input is an empty one that ends at once.
if (isMainThread) {
  process.stdin.on("end", () => {
    process.kill(process.pid, "SIGTERM");
    setTimeout(() => process.exit(1), PATIENCE_MS).unref();
  });
  process.stdin.on("error", () => process.exit(1));
  process.stdin.resume();
  process.stdin.unref?.();
}
