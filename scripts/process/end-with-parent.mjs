// Loaded before the program of every child process (node --import). The parent holds the other end of this process's
// standard input; when the parent is killed without a chance to clean up, the pipe ends and so does this process.
import { isMainThread, Worker } from "node:worker_threads";

const PATIENCE_MS = 8_000;

// Worker threads and the processes that a child starts (Turbopack's for PostCSS) inherit --import, but their standard
// input is another one, which may end at once: the mark is for one process only.
const marked = process.env.EVENHAND_ENDS_WITH_PARENT !== undefined;
if (isMainThread && marked) {
  delete process.env.EVENHAND_ENDS_WITH_PARENT;
  process.stdin.on("end", () => {
    process.kill(process.pid, "SIGTERM");
    killLater();
  });
  process.stdin.on("error", () => process.exit(1));
  process.stdin.resume();
  process.stdin.unref?.();
}

/**
 * From a thread of its own: an orderly exit writes out its log first, and this thread would try that for ever when the
 * reader is gone with the parent.
 */
function killLater() {
  const code = `setTimeout(() => process.kill(process.pid, "SIGKILL"), ${PATIENCE_MS});`;
  new Worker(code, { eval: true, execArgv: [] }).unref();
}
