// Loaded before the program of every child process (node --import). The parent holds the other end of this process's
// standard input; when the parent is killed without a chance to clean up, the pipe ends and so does this process.
const PATIENCE_MS = 8_000;

process.stdin.on("end", () => {
  process.kill(process.pid, "SIGTERM");
  setTimeout(() => process.exit(1), PATIENCE_MS).unref();
});
process.stdin.on("error", () => process.exit(1));
process.stdin.resume();
process.stdin.unref?.();
